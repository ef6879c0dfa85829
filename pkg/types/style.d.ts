/** Types of `dinerkit/widget.css`: what an import of the file gives. Most bundlers put the style into the page. */

/** The style, as the bundler hands it over: its text, its address or a style sheet; nothing with most bundlers. */
declare const style: unknown;
export default style;
