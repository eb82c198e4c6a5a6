/** One line each of all that our diagrams may hold: anything else is an attempt that came through. */
const LINES: readonly RegExp[] = [
  /^flowchart LR$/,
  / {2}classDef (changed|reader|kept|later|metadata) (fill|stroke|color):#[0-9a-f]{6}(,(fill|stroke|color):#[0-9a-f]{6})*(,stroke-dasharray:6 4)?$/,
  /^ {2}n\d+\["(?:[\p{L}\p{N} ,_]|#\d+;|<br\/>)*"\]:::(changed|reader|kept|later|metadata)$/u,
  /^ {2}rest\(\["and [\d,]+ more models?, rebuilt, too"\]\)$/,
  /^ {2}n\d+ --> (n\d+|rest)$/,
];

/** The diagrams of a Markdown text. */
export function diagramsIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```mermaid\n([^]*?)\n```$/gm)].map(([, text]) => text ?? '');
}

/** Lines of a diagram that are not of the few forms that ours have; the nodes of an edge must be there, once each. */
export function faultsOf(diagram: string): readonly string[] {
  const lines = diagram.split('\n');
  const boxes = lines.flatMap((line) => /^ {2}(n\d+|rest)[[(]/.exec(line)?.[1] ?? []);
  const ends = lines.flatMap((line) => / {2}(\w+) --> (\w+)$/.exec(line)?.slice(1) ?? []);
  return [
    ...lines.filter((line) => !LINES.some((form) => form.test(line))),
    ...ends.filter((end) => !boxes.includes(end)),
    ...boxes.filter((box, index) => boxes.indexOf(box) !== index),
    ...(diagram.length > 50_000 ? ['more than 50,000 characters'] : []),
    ...(ends.length > 1_000 ? ['more than 500 edges'] : []),
  ];
}
