/**
 * For the widget: the fields that the form has now, and what was typed into these and into the fields that it had before.
 * The controls hold the values. Nothing is judged here, so that the first field does not wait for what judges it.
 */

export class DrawnFields {
  /**
   * The form's fields by their names.
   * @type {Map<string, import("./field.js").Field>}
   */
  byName = new Map();
  /**
   * The values of fields that are not on the form now, each with the question that it answers; a value of the page's has
   * none.
   * @type {Map<string, { value: string | boolean, question?: string }>}
   */
  aside = new Map();
  setup;
  /** The language in which dates are written. */
  dateLocale;
  /** The microsite to which the Setup belongs. */
  #microsite = "";

  /** Sets whose form it is, and the language in which its dates are written. */
  begin(microsite, setup, dateLocale) {
    this.#microsite = microsite;
    this.setup = setup;
    this.dateLocale = dateLocale;
  }

  /** Adds a field to the form. If the field asks the same question as before, it gets the value that was typed or given. */
  add(field) {
    const { name } = field.row;
    this.byName.set(name, field);
    const before = this.aside.get(name);
    const question = this.questionOf(field.row);
    if (!before || (before.question ?? question) !== question) return;
    this.aside.delete(name);
    if (before.question === undefined) field.value = before.value;
    else {
      field.kept = before.value;
      field.edited = true;
    }
  }

  /** Takes all fields off the form. Their values are kept until they are on the form again. */
  putAside() {
    this.aside = this.typedValues();
    this.byName.clear();
  }

  /**
   * What was typed: the value of each field, also of those that are not on the form now, with its question. A calling
   * code that nobody has chosen is not typed, unless there is a number with it.
   */
  typedValues() {
    const values = new Map(this.aside);
    const fields = [...this.byName.values()];
    for (const { row, kept, initial, edited } of fields) {
      const number = fields.find(({ row: { callingCode } }) => callingCode === row.name);
      if (edited || kept !== initial || number?.value)
        values.set(row.name, { value: kept, question: this.questionOf(row) });
    }
    return values;
  }

  /** The question that a field's value answers: the restaurant's wording or custom question. Empty for all other fields. */
  questionOf({ label, optInText }) {
    const question = optInText ? this.setup?.[optInText] : label;
    return question === undefined ? "" : `${this.#microsite}\n${question}`;
  }

  /** The field of a control, or of one of its parts; undefined for a control of the page's own. */
  of(target) {
    return [...this.byName.values()].find(({ control }) => control.contains(target));
  }
}
