import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that must be installed beside Node. */
export interface ExternalTool {
  /** Its name, looked up on PATH. */
  command: string;
  /** The package that brings it in Debian and Ubuntu. */
  package: string;
}

/** Seconds after which a program is taken to hang, unless a driver is told otherwise. */
export const DEFAULT_TIME_LIMIT = 300;

/**
 * @param caller for the message
 * @throws RangeError when it is not a number of seconds above 0 and up to a day
 */
export function assertTimeLimit(timeLimit: number, caller: string): void {
  if (!(timeLimit > 0 && timeLimit <= 86_400)) {
    throw new RangeError(`${caller}: timeLimit must be above 0 and at most 86400 seconds, got ${timeLimit}`);
  }
}

/** A program was not found on PATH. */
export class MissingToolError extends Error {}

export interface ToolRun {
  args: string[];
  /** Seconds after which the program and all that it started are killed. */
  timeLimit: number;
  /** Working directory. */
  folder?: string;
}

export interface ToolResult {
  /** Exit status. */
  status: number;
  /** What it wrote to standard output and standard error, in the order of arrival; of much the end. */
  output: string;
}

const KEPT_OUTPUT = 1 << 16;

/**
 * Runs a program, without a shell, and waits for its end.
 *
 * @throws MissingToolError naming the package to install
 * @throws Error when it cannot be started, crashes, or is killed at the time limit
 */
export function runTool(tool: ExternalTool, { args, timeLimit, folder }: ToolRun): Promise<ToolResult> {
  const { command } = tool;
  return new Promise((resolve, reject) => {
    // A process group of its own, so that the programs it starts can be killed with it.
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    let timedOut = false;
    const keep = (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid!);
      child.stdout.destroy();
      child.stderr.destroy();
    }, 1000 * timeLimit);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(error.code === 'ENOENT' ? missing(tool) : new Error(`${command} cannot be run: ${error.message}`));
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      if (timedOut) reject(new Error(`${command} was killed after ${timeLimit} s without a result${said(output)}`));
      else if (status === null) reject(new Error(`${command} crashed (${signal})${said(output)}`));
      else resolve({ status, output });
    });
  });
}

/** How a program turns one file into another. */
export interface FileConversion {
  tool: ExternalTool;
  /** Arguments, given the names of both files, which the program finds in its working directory. */
  args(input: string, output: string): string[];
  /** Extensions that tell the program the formats of its files. */
  from: string;
  to: string;
  timeLimit: number;
}

/**
 * Has a program convert a file. Both files lie in a new temporary folder, which is removed in every case; their names are ours, so that
 * none can be taken for an option.
 *
 * @throws MissingToolError naming the package to install
 * @throws Error with what the program said when it fails, crashes, or is killed at the time limit
 */
export async function convertFile(bytes: Uint8Array, conversion: FileConversion): Promise<Uint8Array> {
  const { tool, args, from, to, timeLimit } = conversion;
  const [input, output] = [`input.${from}`, `output.${to}`];
  const folder = await mkdtemp(join(tmpdir(), 'sandwich-codec-'));
  try {
    await writeFile(join(folder, input), bytes);
    const result = await runTool(tool, { args: args(input, output), timeLimit, folder });
    if (result.status !== 0) {
      throw new Error(`${tool.command} failed with exit status ${result.status}${said(result.output)}`);
    }
    return await readFile(join(folder, output)).catch(() => {
      throw new Error(`${tool.command} ended without writing a file${said(result.output)}`);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function killGroup(id: number): void {
  try {
    process.kill(-id, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

function missing({ command, package: name }: ExternalTool): MissingToolError {
  return new MissingToolError(
    `${command} was not found: install the package ${name} (Debian and Ubuntu: apt-get install ${name})`,
  );
}

function said(output: string): string {
  const text = output.trim();
  return text === '' ? '' : `: ${text.slice(-1000)}`;
}

/**
 * The command and the version that it prints, for the settings of a codec; `unknown` where it prints none.
 *
 * @param pattern its first group is the version
 * @throws MissingToolError naming the package to install when the tool is missing
 */
export async function toolVersion(
  tool: ExternalTool,
  { args, pattern, timeLimit }: { args: string[]; pattern: RegExp; timeLimit: number },
): Promise<string> {
  const { output } = await runTool(tool, { args, timeLimit });
  return `${tool.command} ${pattern.exec(output)?.[1] ?? 'unknown'}`;
}
