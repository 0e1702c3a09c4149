import { join } from 'node:path';
import ts from 'typescript';
import { repository } from './fenced-blocks.js';

export interface TypeScriptError {
  file: string;
  /** From 0. */
  line: number;
  message: string;
}

const textOf = ({ messageText }: ts.Diagnostic) => ts.flattenDiagnosticMessageText(messageText, '\n');

/** What the compiler finds wrong in files, with the options of the repository. */
export function typeErrors(files: readonly string[]): TypeScriptError[] {
  const configuration = join(repository, 'tsconfig.json');
  const { config } = ts.readConfigFile(configuration, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files, include: [] }, ts.sys, repository);
  const program = ts.createProgram(files, options);
  return files.flatMap((name) => {
    const source = program.getSourceFile(name)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (diagnostic) => ({
        file: name,
        line: source.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line,
        message: textOf(diagnostic),
      }),
    );
  });
}

/** What is no TypeScript in a piece of code, whatever its names stand for. */
export const syntaxErrors = (code: string): string[] =>
  (ts.transpileModule(code, { reportDiagnostics: true }).diagnostics ?? []).map(textOf);
