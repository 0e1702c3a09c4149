import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '@sandwich/engine';

/** Debian's packages slurmctld, slurmd, slurm-client and munge put these here. */
const PROGRAMS = ['/usr/sbin/munged', '/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/bin/sbatch'];

export const hasSlurm = PROGRAMS.every((program) => existsSync(program));

/** A Slurm cluster of this machine alone. */
export interface SlurmCluster {
  /** For Slurm's commands. */
  environment: NodeJS.ProcessEnv;
  /** What one of Slurm's commands prints. */
  slurm(command: string, ...args: string[]): string;
  stop(): Promise<void>;
}

/**
 * Starts munged, slurmctld and slurmd, with all that they write in a folder. A job that is queued again waits for as long
 * as a credential lives (`cred_expire`); the time-outs are those of a machine that is busy with other tests.
 *
 * @param folder Its path must be short: that of a socket has 107 characters at most.
 */
export async function startSlurm(folder: string): Promise<SlurmCluster> {
  for (const name of ['state', 'spool', 'log']) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  const at = (name: string) => join(folder, name);
  const node = hostname().split('.')[0];
  const { username } = userInfo();
  await writeFile(at('munge.key'), randomBytes(128), { mode: 0o400 });
  await writeFile(
    at('slurm.conf'),
    `ClusterName=test
SlurmctldHost=${node}(127.0.0.1)
SlurmctldPort=${await freePort()}
SlurmdPort=${await freePort()}
SlurmUser=${username}
SlurmdUser=${username}
SlurmdParameters=config_overrides
AuthType=auth/munge
AuthInfo=socket=${at('munge.sock')},cred_expire=15
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd.pid')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=bf_interval=1,sched_interval=1
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
MessageTimeout=60
BatchStartTimeout=120
UnkillableStepTimeout=300
MinJobAge=3600
NodeName=${node} NodeAddr=127.0.0.1 CPUs=8 State=UNKNOWN
PartitionName=main Nodes=${node} Default=YES MaxTime=INFINITE State=UP
`,
  );
  const environment = { ...process.env, SLURM_CONF: at('slurm.conf') };
  const daemons: ChildProcess[] = [];
  const start = (name: string, ...args: string[]) => {
    const log = ['-c', `exec "$0" "$@" > ${at(`log/${name}.log`)} 2>&1`, `/usr/sbin/${name}`, ...args];
    daemons.push(spawn('sh', log, { env: environment, stdio: 'ignore' }));
  };
  const slurm = (command: string, ...args: string[]) =>
    execFileSync(command, args, { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    for (const daemon of daemons.reverse()) {
      const ended = new Promise((resolve) => daemon.once('close', resolve));
      if (daemon.exitCode !== null || !daemon.kill('SIGTERM')) continue;
      await Promise.race([ended, setTimeout(10_000)]);
      daemon.kill('SIGKILL');
    }
  };
  const socket = [`--socket=${at('munge.sock')}`, `--pid-file=${at('munged.pid')}`];
  start('munged', '--foreground', '--force', `--key-file=${at('munge.key')}`, ...socket, `--seed-file=${at('seed')}`);
  start('slurmctld', '-D', '-c');
  start('slurmd', '-D', '-c', '-N', node);
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      if (slurm('sinfo', '--noheader', '--format=%T').trim() === 'idle') return { environment, slurm, stop };
    } catch {
      // The controller does not answer yet.
    }
    if (performance.now() > deadline || daemons.some(({ exitCode }) => exitCode !== null)) break;
    await setTimeout(200);
  }
  await stop();
  const logs = await Promise.all(
    ['munged', 'slurmctld', 'slurmd'].map((name) => readFile(at(`log/${name}.log`), 'utf8').catch(() => '')),
  );
  throw new Error(
    `Slurm does not start:\n${logs.map((text) => text.split('\n').slice(-15).join('\n')).join('\n--\n')}`,
  );
}
