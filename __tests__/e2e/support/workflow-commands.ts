/** One `::name key=value::message` line, decoded. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** The commands that the runner would find in what a step wrote. */
export function commandsIn(log: string): readonly WorkflowCommand[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => {
    const [, name, list = '', message = ''] = /^\s*::([\w-]+)(?: ([^\n]*?))?::(.*)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = list.split(',').filter((pair) => pair.includes('='));
    const properties = pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [
        pair.slice(0, at),
        decode(pair.slice(at + 1))
          .replaceAll('%3A', ':')
          .replaceAll('%2C', ','),
      ];
    });
    return [{ name, properties: Object.fromEntries(properties), message: decode(message) }];
  });
}

/** The messages of one kind of command, e.g. `error` or `add-mask`. */
export function messagesOf(log: string, name: string): readonly string[] {
  return commandsIn(log)
    .filter((command) => command.name === name)
    .map(({ message }) => message);
}

function decode(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
