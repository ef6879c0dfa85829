/** For the stand-in's API: the customers that are stored now. Records are replaced, never changed. */
import { copyOf } from "../lib/plain.js";
import { LISTED_AFTER_DELETION_MS } from "./guesses.js";

const FIRST_ID = 1001;

export class Store {
  /**
   * By Id: `{ group, record }`; with `scheduledAt` if the customer is to be deleted, and with `bookedUntil` if there is a
   * booking, both in milliseconds.
   */
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

  /**
   * A customer's record; undefined if the Id is another group's, was merged into another, or was scheduled for deletion so
   * long ago that the customer is gone.
   */
  find(group, id, now) {
    const row = this.#rows.get(id);
    return row?.group === group && !(now - row.scheduledAt >= LISTED_AFTER_DELETION_MS) ? row.record : undefined;
  }

  /** Stores a new customer under its Id, or under the next one; returns its record. */
  insert(group, record) {
    const Id = record.Id || this.#lastId + 1;
    if (this.#rows.has(Id)) throw new TypeError("there is a customer of this Id already");
    this.#lastId = Math.max(this.#lastId, Id);
    const stored = { ...record, Id };
    this.#rows.set(Id, { group, record: stored });
    return stored;
  }

  save(id, record) {
    this.#rows.set(id, { ...this.#rows.get(id), record });
  }

  remove(id) {
    this.#rows.delete(id);
  }

  /**
   * Schedules a customer's deletion. Returns false if the group has no such customer, or the customer is already scheduled
   * or has a booking that is still to come.
   */
  schedule(group, id, now) {
    const row = this.#rows.get(id);
    if (row?.group !== group || row.scheduledAt !== undefined || row.bookedUntil > now) return false;
    this.#rows.set(id, { ...row, scheduledAt: now });
    return true;
  }

  /** Gives a customer a booking at this time. Returns false if there is no such customer. */
  book(id, bookedUntil) {
    const row = this.#rows.get(id);
    if (row) this.#rows.set(id, { ...row, bookedUntil });
    return Boolean(row);
  }

  /** Copies of all records, the oldest first. */
  records() {
    return copyOf([...this.#rows.values()].map(({ record }) => record));
  }

  scheduledIds() {
    return [...this.#rows].filter(([, { scheduledAt }]) => scheduledAt !== undefined).map(([id]) => id);
  }
}
