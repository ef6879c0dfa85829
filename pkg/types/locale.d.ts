/** Type of a locale file of the widget. */
declare const locale: Record<string, unknown>;
export default locale;
