/** Reads from the sources which functions make statements, what their docstrings say, and which modes come to call them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { callsIn } from './calls.js';

/** A function that makes a statement. */
export interface StatementFunction {
  readonly name: string;
  /** Path inside the repository, with `/`. */
  readonly file: string;
  /** What its docstring says; empty without one. */
  readonly docstring: string;
  /** The modes from whose story the function can be reached. */
  readonly modes: readonly string[];
  /** Whether the action itself reaches it outside of any mode: at login, and when a job is cancelled. */
  readonly outsideModes: boolean;
}

export interface StatementSources {
  readonly functions: readonly StatementFunction[];
  /** Places that make a statement under another name than their function's, where no list could find it. */
  readonly unnamed: readonly string[];
}

/** Without deploy, which is build and swap. */
const MODES = ['plan', 'build', 'verify', 'swap', 'rollback', 'cleanup', 'status', 'uninstall'] as const;

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noEmit: true,
  types: [],
};

/** All TypeScript files of a folder, the folders in it included. */
export function typeScriptFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file))
    .sort();
}

/**
 * @param top folder of the repository
 * @param files TypeScript files to read, in full paths
 */
export function readStatementSources(top: string, files: readonly string[]): StatementSources {
  const program = ts.createProgram(files, OPTIONS, relativeImportsOnly());
  const checker = program.getTypeChecker();
  const wanted = new Set(files.map((file) => path.resolve(file)));
  const sources = program.getSourceFiles().filter(({ fileName }) => wanted.has(path.resolve(fileName)));
  const place = (source: ts.SourceFile): string =>
    path.relative(top, path.resolve(source.fileName)).replaceAll(path.sep, '/');

  const made = sources.flatMap((source) => literalsOf(checker, source).map((literal) => ({ source, literal })));
  const calls = callsIn(checker, sources);
  const reachedBy = new Map(MODES.map((mode) => [mode, calls.reachedFrom(storyOf(sources, place, mode), [])]));
  const stories = MODES.flatMap((mode) => storyOf(sources, place, mode));
  const outside = calls.reachedFrom(topLevelOf(sources, place, 'src/main.ts'), stories);

  const functions: StatementFunction[] = [];
  const unnamed: string[] = [];
  for (const { source, literal } of made) {
    const maker = enclosingFunction(literal);
    if (maker?.name === undefined || nameIn(literal) !== maker.name.text) {
      const { line } = source.getLineAndCharacterOfPosition(literal.getStart());
      unnamed.push(`${place(source)}:${line + 1}`);
    } else {
      functions.push({
        name: maker.name.text,
        file: place(source),
        docstring: docstringOf(maker),
        modes: MODES.filter((mode) => reachedBy.get(mode)?.has(maker)),
        outsideModes: outside.has(maker),
      });
    }
  }
  return { functions, unnamed };
}

/** Packages make no statements, and their types would cost most of the time. */
function relativeImportsOnly(): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  return {
    ...host,
    resolveModuleNameLiterals: (literals, containingFile) =>
      literals.map(({ text }) => {
        const file = path.resolve(path.dirname(containingFile), text).replace(/\.js$/, '.ts');
        const found = text.startsWith('.') && host.fileExists(file);
        return { resolvedModule: found ? { resolvedFileName: file, extension: ts.Extension.Ts } : undefined };
      }),
  };
}

/** Object literals that are statements: where a Statement is expected, or with both of its properties. */
function literalsOf(checker: ts.TypeChecker, source: ts.SourceFile): readonly ts.ObjectLiteralExpression[] {
  const found: ts.ObjectLiteralExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node) && isStatement(checker, node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isStatement(checker: ts.TypeChecker, literal: ts.ObjectLiteralExpression): boolean {
  const expected = checker.getContextualType(literal);
  const types = expected?.isUnion() === true ? expected.types : expected === undefined ? [] : [expected];
  if (types.some((type) => nameOf(type) === 'Statement')) return true;
  const properties = literal.properties.map((property) => property.name?.getText());
  return properties.includes('name') && properties.includes('sql');
}

/** Contrary to its type, the compiler gives no symbol to what has no declaration. */
function nameOf(type: ts.Type): string | undefined {
  return (type.symbol as ts.Symbol | undefined)?.name;
}

function nameIn(literal: ts.ObjectLiteralExpression): string | undefined {
  for (const property of literal.properties) {
    if (!ts.isPropertyAssignment(property) || property.name.getText() !== 'name') continue;
    return ts.isStringLiteral(property.initializer) ? property.initializer.text : undefined;
  }
  return undefined;
}

function enclosingFunction(node: ts.Node): ts.FunctionDeclaration | undefined {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionDeclaration(at) && ts.isSourceFile(at.parent)) return at;
  }
  return undefined;
}

function docstringOf(maker: ts.FunctionDeclaration): string {
  const comment = ts.getJSDocCommentsAndTags(maker).find(ts.isJSDoc)?.comment;
  return (ts.getTextOfJSDocComment(comment) ?? '').replaceAll(/\s+/g, ' ').trim();
}

function storyOf(
  sources: readonly ts.SourceFile[],
  place: (source: ts.SourceFile) => string,
  mode: string,
): readonly ts.Node[] {
  return topLevelOf(sources, place, `src/modes/${mode}.ts`).filter(
    (node) => ts.isFunctionDeclaration(node) && node.name?.text === mode,
  );
}

function topLevelOf(
  sources: readonly ts.SourceFile[],
  place: (source: ts.SourceFile) => string,
  file: string,
): readonly ts.Node[] {
  return sources.filter((source) => place(source) === file).flatMap(({ statements }) => [...statements]);
}
