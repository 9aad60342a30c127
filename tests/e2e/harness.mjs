// One running abv-host: started on a port of its own, watched through its log, stopped cleanly.
//
// ABV_HOST_BIN     the binary (default: the build of the preset "dev")
// ABV_PLUGIN_DIR   where the plugins are (default: of the same build); folders within it count too
// ABV_E2E_LOGS=1   shows the host's log while the tests run

import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import {
  existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const BINARY = resolve(HERE, process.env.ABV_HOST_BIN ?? '../../build/dev/host/app/abv-host');
const PLUGINS = resolve(HERE, process.env.ABV_PLUGIN_DIR ?? '../../build/dev/plugins');

// How long a line of the log is waited for. Reached only when the host is broken.
const PATIENCE_MS = 12000;
const PASSED_ON = /^(PATH|LANG|LC_.*|TMPDIR|[A-Z]{1,2}SAN_OPTIONS|LLVM_PROFILE_FILE)$/;

const running = new Set();
const folders = new Set();

function remove(folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

// A test run that is cut short leaves nothing behind.
process.on('exit', () => {
  running.forEach((child) => child.kill('SIGKILL'));
  folders.forEach(remove);
});
['SIGTERM', 'SIGINT'].forEach((signal) => process.on(signal, () => process.exit(1)));

// The folders that hold plugins, for plugins.dirs.
export function pluginDirs() {
  if (!existsSync(PLUGINS)) {
    throw new Error(`no plugins at ${PLUGINS}: build them, or set ABV_PLUGIN_DIR`);
  }
  const manifests = readdirSync(PLUGINS, { recursive: true })
    .filter((name) => name.endsWith('.abv.json'));
  return [...new Set(manifests.map((name) => join(PLUGINS, dirname(name))))].sort();
}

// An object is written as JSON, which is YAML too; a text is written as it is.
function toYaml(config) {
  return typeof config === 'string' ? config : `${JSON.stringify(config, null, 2)}\n`;
}

export class AbvHost {
  #child;
  #exited;
  #hasEnded = false;
  #isAsked = false;
  #folder;
  #lines = new EventEmitter();

  // `config` is a text of YAML or an object; its port has to be 0. Fails with the log when the host
  // does not come up.
  static async start(config, settings) {
    if (!existsSync(BINARY)) {
      throw new Error(`no abv-host at ${BINARY}: build it, or set ABV_HOST_BIN`);
    }
    const host = new AbvHost(config, settings);
    const line = await host.waitForLog(/\blistening\b.*\bport=\d+/).catch(async (error) => {
      await host.#abandon();
      throw error;
    });
    host.port = Number(/\bport=(\d+)/.exec(line)[1]);
    return host;
  }

  // `data` is a data directory that the caller has filled; by default the host has its own.
  constructor(config, { data } = {}) {
    this.logs = [];
    this.#folder = mkdtempSync(join(tmpdir(), 'abv-e2e-host-'));
    folders.add(this.#folder);
    this.#lines.setMaxListeners(0);
    writeFileSync(this.#configFile, toYaml(config));
    const inherited = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
    this.#child = spawn(BINARY, ['--config', this.#configFile], {
      cwd: this.#folder,
      env: {
        ...Object.fromEntries(inherited),
        HOME: this.#folder,
        ABV_DATA_DIR: data ?? join(this.#folder, 'data'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input }).on('line', (line) => this.#take(line));
    }
    this.#exited = once(this.#child, 'close').then(([code, signal]) => {
      running.delete(this.#child);
      this.#hasEnded = true;
      this.#lines.emit('gone');
      return code ?? signal;
    });
  }

  get #configFile() {
    return join(this.#folder, 'abv.yaml');
  }

  get baseUrl() {
    return `http://127.0.0.1:${this.port}`;
  }

  // The first line of the log that matches, at or behind line `from`. Fails with the whole log when
  // the host ends before, or when it takes far too long.
  waitForLog(pattern, from = 0) {
    return new Promise((found, failed) => {
      const done = (settle, value) => {
        clearTimeout(timer);
        this.#lines.off('line', look);
        this.#lines.off('gone', gone);
        settle(value);
      };
      const fail = (why) => done(failed, new Error(`${why} ${pattern}:\n${this.logs.join('\n')}`));
      const timer = setTimeout(() => fail('abv-host never logged'), PATIENCE_MS);
      const gone = () => fail('abv-host ended and never logged');
      const look = () => {
        const line = this.logs.slice(from).find((each) => pattern.test(each));
        if (line !== undefined) done(found, line);
      };
      this.#lines.on('line', look);
      this.#lines.on('gone', gone);
      look();
      if (this.#hasEnded) gone();
    });
  }

  // Replaces the configuration and asks for a reload. Returns 'live' or 'failed'.
  async reload(config) {
    const from = this.logs.length;
    writeFileSync(`${this.#configFile}.new`, toYaml(config));
    renameSync(`${this.#configFile}.new`, this.#configFile);
    this.#child.kill('SIGHUP');
    const line = await this.waitForLog(/generation\.live|reload\.failed/, from);
    return line.includes('reload.failed') ? 'failed' : 'live';
  }

  // Asks the host to end, once; does not wait.
  terminate() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#child.kill('SIGTERM');
  }

  // Ends the host. Fails with the log when it does not end by itself with exit code 0.
  async stop() {
    this.terminate();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    const code = await this.#exited;
    clearTimeout(timer);
    remove(this.#folder);
    if (code === 0) return;
    throw new Error(`abv-host ended with ${code}:\n${this.logs.join('\n')}`);
  }

  async #abandon() {
    this.#child.kill('SIGKILL');
    await this.#exited;
    remove(this.#folder);
  }

  #take(line) {
    if (process.env.ABV_E2E_LOGS) process.stderr.write(`${line}\n`);
    this.logs.push(line);
    this.#lines.emit('line');
  }
}
