/** For both scripts of the widget: how long a guest waits, for the form or for an answer, before the page's help is shown. */
export const HELP_MS = 8000;
