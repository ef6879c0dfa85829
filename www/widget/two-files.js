/** For the package's widget: how a language is loaded that is in two files. The gateway's script has its own way. */

/**
 * Returns the function that loads the language whole. It asks for both files at once. Its own `first` is the function that
 * loads the words alone that the form needs when it is drawn.
 */
export function fromTwoFiles(first, later) {
  const load = async () => {
    const [{ default: begun }, { default: rest }] = await Promise.all([first(), later()]);
    if (!rest?.messages) throw new Error("no messages");
    return { default: { ...begun, ...rest } };
  };
  return Object.assign(load, { first });
}
