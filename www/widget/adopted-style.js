/** For the element: its style, in each document and shadow root in which it stands. */
import style from "dinerkit/widget.css";

/** The style sheet of each document: a frame's and another window's do not take this one's. */
const sheets = new WeakMap();

/** Gives a document or shadow root the widget's style. A style sheet of this kind is allowed by `style-src 'self'`. */
export function adoptStyle(root) {
  const adopted = root.adoptedStyleSheets;
  const page = root.ownerDocument ?? root;
  if (!adopted || !page.defaultView) return;
  let sheet = sheets.get(page);
  if (!sheet) {
    sheet = new page.defaultView.CSSStyleSheet();
    sheet.replaceSync(style);
    sheets.set(page, sheet);
  }
  if (!adopted.includes(sheet)) root.adoptedStyleSheets = [...adopted, sheet];
}
