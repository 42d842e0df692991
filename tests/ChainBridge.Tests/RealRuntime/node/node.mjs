// Runs a real Substrate runtime, Rococo's asset hub as npm ships its chain spec: node node.mjs PORT FOLDER.
// The spec's package is GPL-3.0-only: used by this process alone, written to the folder, never kept.
import { rococo_v2_2_asset_hub as spec } from '@substrate/connect-known-chains';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [port, folder] = process.argv.splice(2);
const file = join(folder, 'chain-spec.json');
writeFileSync(file, spec);
process.argv.push('--chain-spec', file, '--host', '127.0.0.1', '--port', port, '--build-block-mode', 'Instant');
await import('@acala-network/chopsticks/cli');
