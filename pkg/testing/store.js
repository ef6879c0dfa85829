/** For the stand-in's API: the customers that are stored now. Records are replaced, never changed. */

const FIRST_ID = 1001;

export class Store {
  /** By Id: `{ group, record }`, with `isScheduled` if the customer is to be deleted. */
  #rows = new Map();
  #lastId = FIRST_ID - 1;

  /** Runs `work`, and keeps what it writes only if it does not throw. */
  transaction(work) {
    const [rows, lastId] = [new Map(this.#rows), this.#lastId];
    try {
      return work();
    } catch (problem) {
      [this.#rows, this.#lastId] = [rows, lastId];
      throw problem;
    }
  }

  /** A customer's record; undefined if the Id is another group's, or was merged into another. */
  find(group, id) {
    const row = this.#rows.get(id);
    return row?.group === group ? row.record : undefined;
  }

  /** Stores a new customer; returns its record, with its Id. */
  insert(group, record) {
    this.#lastId += 1;
    const stored = { ...record, Id: this.#lastId };
    this.#rows.set(stored.Id, { group, record: stored });
    return stored;
  }

  save(id, record) {
    this.#rows.set(id, { ...this.#rows.get(id), record });
  }

  remove(id) {
    this.#rows.delete(id);
  }

  /** Schedules a customer's deletion. Returns false if the group has no such customer, or it is already scheduled. */
  schedule(group, id) {
    const row = this.#rows.get(id);
    if (row?.group !== group || row.isScheduled) return false;
    this.#rows.set(id, { ...row, isScheduled: true });
    return true;
  }

  /** Copies of all records, the oldest first. */
  records() {
    return copy([...this.#rows.values()].map(({ record }) => record));
  }

  scheduledIds() {
    return [...this.#rows].filter(([, { isScheduled }]) => isScheduled).map(([id]) => id);
  }
}

/** A copy of data. (Jest's jsdom has no structuredClone.) */
export const copy = (value) => JSON.parse(JSON.stringify(value));
