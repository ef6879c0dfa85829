/**
 * For the widget: the list of what keeps the form from being sent, above the fields. Each problem links to its control.
 */
import { element } from "./dom.js";
import { problemList } from "./layout.js";
import { SLOTS } from "./slots.js";

/** `Node.DOCUMENT_POSITION_PRECEDING` */
const PRECEDING = 2;

/**
 * Lists the problems in the order in which they are seen, each with a link to its control, and moves to the first.
 *
 * `summary` is the node of the list. Each problem is `{ control?, name?, text, messageId? }`.
 */
export function listProblems(summary, problems, words) {
  const place = ({ control }) => control ?? summary;
  const slot = (problem) => SLOTS.indexOf(place(problem).closest("diner-form > *").slot);
  const isAfter = (a, b) => place(a).compareDocumentPosition(place(b)) & PRECEDING;
  problems.sort((a, b) => slot(a) - slot(b) || (isAfter(a, b) ? 1 : -1));
  const linked = problems.filter(({ control }) => control);
  const listed = problems.map((problem) => ({ ...problem, id: problem.control?.id }));
  summary.replaceChildren(...problemList(element, listed, words));
  summary.querySelectorAll("a").forEach((link, index) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      reveal(linked[index].control);
    }),
  );
  if (linked.length) reveal(linked[0].control);
}

/** Moves the focus to a control, even if it is in a closed `<details>`. */
function reveal(control) {
  const details = control.closest("details");
  if (details) details.open = true;
  control.focus();
}
