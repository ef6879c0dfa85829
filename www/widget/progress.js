/**
 * For the widget: what the guest sees and hears while a send is under way. It is never silent: soon there is a word and a
 * way to stop, then the page's help, and a pause that the restaurant's system asks for is counted down.
 */
import { element } from "./dom.js";
import { fill } from "./message.js";
import { HELP_MS } from "./patience.js";

/** After this time there is a word, and a button that stops waiting. */
const WORD_MS = 5000;
const SECOND_MS = 1000;

export class Progress {
  #node;
  #help;
  #button;
  #say;
  #words;
  #text = element("p", { class: "diner-waiting" });
  #stop = element("button", { class: "diner-retry", type: "button" });
  #timers = [];
  /** The timer that counts a pause down. */
  #ticks;

  /**
   * `node` is where it is seen, `help` the slot of the page's help, `button` the one that sends. `say` says a text aloud.
   */
  constructor({ node, help, button, say }) {
    this.#node = node;
    this.#help = help;
    this.#button = button;
    this.#say = say;
  }

  /** Begins; `stop` is called if the guest stops waiting. */
  begin(words, stop) {
    this.#words = words;
    this.#say(words.sending ?? words.send);
    this.#stop.textContent = words.stop ?? "";
    this.#stop.onclick = stop;
    this.#timers = [
      setTimeout(() => this.#show(words.stillSending), WORD_MS),
      setTimeout(() => {
        this.#help.hidden = false;
      }, HELP_MS),
    ];
  }

  /** Says that the next attempt comes after `ms`. If `isBusy`, because the restaurant's system asks for a pause. */
  pause(ms, isBusy) {
    clearInterval(this.#ticks);
    const { stillSending, waiting = stillSending } = this.#words;
    if (!isBusy) return this.#show(stillSending);
    const until = Date.now() + ms;
    const text = (seconds) => fill(waiting, { seconds });
    this.#show(text(Math.ceil(ms / SECOND_MS)));
    // Only the first number is said aloud.
    this.#ticks = setInterval(() => {
      const left = Math.ceil((until - Date.now()) / SECOND_MS);
      if (left > 0) this.#text.textContent = text(left);
      else this.pause(0, false);
    }, SECOND_MS);
  }

  #show(text = this.#words.sending ?? this.#words.send) {
    if (this.#text.textContent === text && this.#node.firstChild) return;
    this.#text.textContent = text;
    if (!this.#node.firstChild) {
      this.#node.append(this.#text, this.#stop);
      // Who sends from a field in the middle of the form would not see it.
      this.#node.scrollIntoView?.({ block: "nearest" });
    }
    this.#say(text);
  }

  end() {
    this.#timers.forEach(clearTimeout);
    clearInterval(this.#ticks);
    const hadFocus = this.#node.matches(":focus-within");
    this.#node.replaceChildren();
    if (hadFocus) this.#button.focus();
    this.#say("");
  }
}
