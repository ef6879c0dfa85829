/**
 * For the widget: waits while the guest presses the mouse or a finger. A message that appears when a field is left moves
 * what stands below it, and whatever the guest was pressing, such as a box or a link of the page, would not be clicked.
 */

/** What ends a press. The click comes after `mouseup`, in the same turn. */
const ENDS = ["mouseup", "dragend"];

export class Press {
  #isPressed = false;
  /** What waits for the end of the press. */
  #waiting = [];

  constructor(document) {
    const listen = (type, listener) => document.addEventListener(type, listener, true);
    listen("mousedown", () => (this.#isPressed = true));
    for (const type of ENDS) listen(type, () => setTimeout(() => this.#end()));
  }

  /** Calls `work` once nothing is pressed: at once, or after the click. */
  over(work) {
    if (this.#isPressed) this.#waiting.push(work);
    else work();
  }

  #end() {
    this.#isPressed = false;
    for (const work of this.#waiting.splice(0)) work();
  }
}
