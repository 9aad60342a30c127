// Runs one agent on one task, in a home and a folder of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Reached only by an agent that hangs or tries again for ever.
const PATIENCE_MS = 120_000;

const running = new Set();
const folders = new Set();

// Agents start shells and servers of their own; the whole group goes.
function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function remove(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  folders.delete(folder);
}

// A test run that is cut short leaves nothing behind.
process.on('exit', () => {
  running.forEach(end);
  folders.forEach(remove);
});

function answerIn(folder) {
  try {
    return readFileSync(join(folder, 'answer.txt'), 'utf8');
  } catch {
    return undefined;
  }
}

// The environment of the tests stays out; what leaves this machine meets a closed port.
function environment(home, scratch, own) {
  const closed = 'http://127.0.0.1:9';
  return {
    PATH: process.env.PATH,
    LANG: process.env.LANG ?? 'C.UTF-8',
    HOME: home,
    TMPDIR: scratch,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_STATE_HOME: join(home, '.local/state'),
    TERM: 'dumb',
    CI: '1',
    HTTP_PROXY: closed,
    HTTPS_PROXY: closed,
    http_proxy: closed,
    https_proxy: closed,
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    npm_config_registry: closed,
    ...own,
  };
}

// Returns {code, output, errors, answer}: the exit code ('timeout' when it was ended), what was
// printed, and the content of answer.txt.
export async function runClient(client, { url, key }) {
  const root = mkdtempSync(join(tmpdir(), 'abv-e2e-agent-'));
  folders.add(root);
  const home = join(root, 'home');
  const folder = join(root, 'task');
  const scratch = join(root, 'tmp');
  [home, folder, scratch].forEach((each) => mkdirSync(each));
  const { file, args, env, input = '' } = client.command({ home, url, key, model: client.model });
  const child = spawn(file, args, {
    cwd: folder,
    env: environment(home, scratch, env),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  await once(child, 'spawn');
  running.add(child);
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => { printed[name] += text; });
  }
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let isLate = false;
  const timer = setTimeout(() => { isLate = true; end(child); }, PATIENCE_MS);
  const closed = once(child, 'close');
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  end(child);
  await closed;
  running.delete(child);
  const answer = answerIn(folder);
  remove(root);
  return { code: isLate ? 'timeout' : code ?? signal, output: printed.stdout,
    errors: printed.stderr, answer };
}
