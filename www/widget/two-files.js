/** For the package's widget: how a language is loaded that is in two files. The gateway's script has its own way. */

/**
 * Returns the function that loads the whole language, of which it asks for both files at once. As its member `first` it has
 * the function that loads only the words that the form needs when it is drawn.
 */
export function fromTwoFiles(first, later) {
  const load = async () => {
    const [{ default: begun }, { default: rest }] = await Promise.all([first(), later()]);
    if (!rest?.messages) throw new Error("no messages");
    return { default: { ...begun, ...rest } };
  };
  return Object.assign(load, { first });
}
