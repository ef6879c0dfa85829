/**
 * For the test of hover texts: walks declaration files by TypeScript's own parser and lists what an editor would show
 * without a text.
 */

/** The kinds of nodes that an editor shows by themselves. */
const shownKinds = ({ SyntaxKind }) =>
  new Set([
    SyntaxKind.ClassDeclaration,
    SyntaxKind.FunctionDeclaration,
    SyntaxKind.InterfaceDeclaration,
    SyntaxKind.MethodDeclaration,
    SyntaxKind.MethodSignature,
    SyntaxKind.PropertyDeclaration,
    SyntaxKind.PropertySignature,
    SyntaxKind.TypeAliasDeclaration,
    SyntaxKind.VariableStatement,
  ]);

/** An interface of the platform that a file adds members to; its text is the platform's. */
const isAugmentation = (ts, node) => {
  for (let parent = node.parent; parent; parent = parent.parent) {
    if (ts.isModuleDeclaration(parent)) return true;
  }
  return false;
};

const nameOf = (ts, node, file) =>
  ts.isVariableStatement(node)
    ? node.declarationList.declarations.map(({ name }) => name.getText(file)).join()
    : (node.name?.getText(file) ?? "?");

/** A member whose type is `never` or `undefined` says that it is not there. */
const isAbsent = (ts, { type }) =>
  type?.kind === ts.SyntaxKind.NeverKeyword || type?.kind === ts.SyntaxKind.UndefinedKeyword;

/** What an editor shows in one file: for each name its `path`, its `text`, and whether the text must state a `default`. */
export function shownIn(ts, name, text) {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const kinds = shownKinds(ts);
  const shown = [];
  const visit = (node, above) => {
    let path = above;
    if (kinds.has(node.kind)) {
      path = [...above, nameOf(ts, node, file)];
      const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
      const lines = comments.flatMap((comment) => comment.getText(file).slice(3, -2).split("\n"));
      const words = lines.map((line) => line.replace(/^\s*\* ?/, "").trim()).join(" ");
      if (!isAbsent(ts, node) && !(isAugmentation(ts, node) && ts.isInterfaceDeclaration(node))) {
        const isOption = above.some((part) => part.endsWith("Options")) && node.questionToken !== undefined;
        shown.push({ path: path.join("."), text: words.trim(), isOption });
      }
    }
    ts.forEachChild(node, (child) => visit(child, path));
  };
  visit(file, []);
  return shown;
}
