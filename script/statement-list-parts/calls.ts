import ts from 'typescript';

/** Which declaration mentions which: a function that is mentioned is taken to be called. */
export interface Calls {
  /** Every declaration that can be reached from these, by any number of steps and never through `except`. */
  reachedFrom(declarations: readonly ts.Node[], except: readonly ts.Node[]): ReadonlySet<ts.Node>;
}

/**
 * Declarations are the statements of a file, and one by one the members of its classes and interfaces. A call of an interface's
 * method counts as a call of that method in every class that implements the interface.
 */
export function callsIn(checker: ts.TypeChecker, sources: readonly ts.SourceFile[]): Calls {
  const edges = new Map<ts.Node, Set<ts.Node>>();
  const add = (from: ts.Node, to: ts.Node): void => {
    edges.set(from, (edges.get(from) ?? new Set()).add(to));
  };
  const known = new Set<ts.SourceFile>(sources);
  const visit = (node: ts.Node): void => {
    if (ts.isClassDeclaration(node)) for (const [from, to] of implemented(checker, node)) add(from, to);
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      const from = declarationAround(node);
      for (const declared of meantBy(checker, node)) {
        const to = declarationAround(declared);
        if (from !== undefined && to !== undefined && from !== to && known.has(declared.getSourceFile())) add(from, to);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);
  return { reachedFrom: (declarations, except) => reached(edges, declarations, new Set(except)) };
}

function reached(
  edges: ReadonlyMap<ts.Node, ReadonlySet<ts.Node>>,
  start: readonly ts.Node[],
  except: ReadonlySet<ts.Node>,
): ReadonlySet<ts.Node> {
  const seen = new Set<ts.Node>();
  const waiting = [...start];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node) || except.has(node)) continue;
    seen.add(node);
    waiting.push(...(edges.get(node) ?? []));
  }
  return seen;
}

/** What a name in running code stands for; nothing for types, which call nothing. */
function meantBy(checker: ts.TypeChecker, name: ts.Identifier | ts.PrivateIdentifier): readonly ts.Node[] {
  if (ts.isPartOfTypeNode(name) || ts.isImportSpecifier(name.parent)) return [];
  const symbol = ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);
  if (symbol === undefined) return [];
  const meant = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  return meant.declarations ?? [];
}

/** Pairs of an interface's member and the member of the class that stands behind it. */
function implemented(checker: ts.TypeChecker, declared: ts.ClassDeclaration): readonly (readonly [ts.Node, ts.Node])[] {
  const clauses = declared.heritageClauses ?? [];
  return clauses.flatMap(({ types }) =>
    types.flatMap((type) =>
      declared.members.flatMap((member) => {
        const name = member.name?.getText();
        const promised = name === undefined ? undefined : checker.getTypeAtLocation(type).getProperty(name);
        return (promised?.declarations ?? []).map((from) => [from, member] as const);
      }),
    ),
  );
}

function declarationAround(node: ts.Node): ts.Node | undefined {
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isSourceFile(at.parent)) return at;
    const isMember = ts.isClassDeclaration(at.parent) || ts.isInterfaceDeclaration(at.parent);
    if (isMember && (ts.isClassElement(at) || ts.isTypeElement(at)) && !ts.isConstructorDeclaration(at)) return at;
  }
  return undefined;
}
