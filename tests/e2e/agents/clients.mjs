// The agents: how each is started for one task, and what its shell tool is called.
//
// A client is {name, dialect, model, shell, args, command}, with `sideCalls` when it asks for more
// than the task (a title) and `edit` when it has a tool for files.
// `command({home, url, key, model})` writes the settings into `home` and returns {file, args, env,
// input}; the task's folder is the working directory. Nothing is asked, nothing is updated, no
// telemetry is sent.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { PROMPT } from './upstream/play.mjs';

const BIN = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', '.bin');

function write(home, path, content) {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

const claudeCode = {
  name: 'Claude Code',
  dialect: 'claude-messages',
  model: 'claude-sonnet-4-6',
  shell: 'Bash',
  args: (command) => ({ command, description: 'works on answer.txt' }),
  command: ({ url, key, model }) => ({
    file: join(BIN, 'claude'),
    args: ['-p', PROMPT, '--model', model, '--allowedTools', 'Bash', '--output-format', 'text'],
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: key,
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_ERROR_REPORTING: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '1',
      IS_SANDBOX: '1',
    },
  }),
};

const CODEX_SETTINGS = (url) => `
model_provider = "abv"
check_for_update_on_startup = false
[model_providers.abv]
name = "abv"
base_url = "${url}/v1"
env_key = "ABV_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
[analytics]
enabled = false
`;

// Codex changes files with a tool of its own that takes free text, which other vendors do not have.
const PATCH = '*** Begin Patch\n*** Add File: answer.txt\n+42\n*** End Patch\n';
const CODEX_EDIT = { name: 'apply_patch', args: { input: PATCH }, result: 'Success' };

const codex = {
  name: 'Codex CLI',
  dialect: 'openai-responses',
  model: 'gpt-5.5',
  shell: 'exec_command',
  args: (command) => ({ cmd: command }),
  command: ({ home, url, key, model }) => {
    write(home, '.codex/config.toml', CODEX_SETTINGS(url));
    return {
      file: join(BIN, 'codex'),
      args: ['exec', '--skip-git-repo-check', '--json', '-s', 'danger-full-access', '-m', model,
        PROMPT],
      env: { ABV_KEY: key, CODEX_HOME: join(home, '.codex') },
    };
  },
};

// With its built-in provider Codex talks through a WebSocket.
const codexBySocket = {
  ...codex,
  name: 'Codex CLI (WebSocket)',
  command: ({ home, url, key, model }) => {
    write(home, '.codex/config.toml', `
openai_base_url = "${url}/v1"
check_for_update_on_startup = false
[analytics]
enabled = false
`);
    write(home, '.codex/auth.json', { OPENAI_API_KEY: key });
    return { ...codex.command({ home: join(home, 'unused'), url, key, model }),
      env: { CODEX_HOME: join(home, '.codex') } };
  },
};

const geminiCli = {
  name: 'Gemini CLI',
  dialect: 'gemini',
  model: 'gemini-3-pro-preview',
  shell: 'run_shell_command',
  args: (command) => ({ command, description: 'works on answer.txt' }),
  command: ({ home, url, key, model }) => {
    write(home, '.gemini/settings.json', {
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { enableAutoUpdate: false },
    });
    return {
      file: join(BIN, 'gemini'),
      args: ['--skip-trust', '--approval-mode', 'yolo', '-m', model, '-p', PROMPT, '-o', 'text'],
      env: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url, GEMINI_TELEMETRY_ENABLED: 'false' },
    };
  },
};

// opencode speaks all four, each with another package. `options` makes the package ask for
// reasoning.
function opencode({ dialect, npm, version, model, options = {} }) {
  return {
    name: `opencode (${dialect})`,
    dialect,
    model,
    shell: 'bash',
    sideCalls: 1,
    args: (command) => ({ command, description: 'works on answer.txt' }),
    command: ({ home, url, key, model: name }) => {
      write(home, '.config/opencode/opencode.json', {
        autoupdate: false,
        share: 'disabled',
        provider: { abv: {
          npm,
          options: { baseURL: `${url}/${version}`, apiKey: key },
          models: { [name]: { name, reasoning: true, tool_call: true, options } },
        } },
      });
      return {
        file: join(BIN, 'opencode'),
        args: ['run', '-m', `abv/${name}`, '--dangerously-skip-permissions'],
        input: PROMPT,
        env: {
          OPENCODE_DISABLE_AUTOUPDATE: '1',
          OPENCODE_DISABLE_MODELS_FETCH: '1',
          OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        },
      };
    },
  };
}

export const AGENTS = [
  claudeCode,
  codex,
  { ...codex, name: 'Codex CLI (apply_patch)', edit: CODEX_EDIT },
  codexBySocket,
  geminiCli,
  opencode({ dialect: 'openai-chat', npm: '@ai-sdk/openai-compatible', version: 'v1',
    model: 'glm-5', options: { reasoningEffort: 'medium' } }),
  opencode({ dialect: 'openai-responses', npm: '@ai-sdk/openai', version: 'v1', model: 'gpt-5.5' }),
  opencode({ dialect: 'claude-messages', npm: '@ai-sdk/anthropic', version: 'v1',
    model: 'claude-sonnet-4-6', options: { thinking: { type: 'enabled', budgetTokens: 4000 } } }),
  opencode({ dialect: 'gemini', npm: '@ai-sdk/google', version: 'v1beta',
    model: 'gemini-3.1-pro-preview' }),
];
