// Certificates for one test run, made with the openssl command: a certificate authority that nobody
// knows, and a server certificate of it for 127.0.0.1 and localhost.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'];

function openssl(args) {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

// Returns {key, cert} for a server, {ca, caFile} for its clients, and remove().
export function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'abv-e2e-tls-'));
  const at = (name) => join(folder, name);
  openssl(['req', '-x509', ...KEY, '-keyout', at('ca.key'), '-out', at('ca.pem'),
    '-subj', '/CN=abv e2e authority',
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign']);
  openssl(['req', '-x509', ...KEY, '-keyout', at('server.key'), '-out', at('server.pem'),
    '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-subj', '/CN=localhost',
    '-addext', 'basicConstraints=critical,CA:FALSE',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-addext', 'extendedKeyUsage=serverAuth']);
  return {
    key: readFileSync(at('server.key')),
    cert: readFileSync(at('server.pem')),
    ca: readFileSync(at('ca.pem')),
    caFile: at('ca.pem'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
