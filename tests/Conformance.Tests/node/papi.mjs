// What the unmodified polkadot-api sees of the chain simulator: node papi.mjs URL, one line of JSON.
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { createClient, Enum } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import WebSocket from 'ws';

await cryptoWaitReady();
const keys = new Keyring({ type: 'sr25519', ss58Format: 42 });
const client = createClient(getWsProvider(process.argv[2], { websocketClass: WebSocket }));
const api = client.getUnsafeApi();
const signerOf = (pair) => getPolkadotSigner(pair.publicKey, 'Sr25519', async (payload) => pair.sign(payload));
const [alice, fresh] = [keys.addFromUri('//Alice'), keys.addFromUri(`//papi/${process.hrtime.bigint()}`)];
const account = (pair, at = 'finalized') => api.query.System.Account.getValue(pair.address, { at });
const transfer = (value) =>
  api.tx.Balances.transfer_keep_alive({ dest: Enum('Id', fresh.address), value }).signAndSubmit(signerOf(alice));

const before = await account(alice);
const good = await transfer(1_000_000n);
const bad = await transfer(before.data.free * 2n);
const events = await api.query.System.Events.getValue({ at: good.block.hash });
const seen = {
  chain: (await client.getChainSpecData()).name,
  deposit: await api.constants.Balances.ExistentialDeposit(),
  good: { ok: good.ok, finalized: (await client.getFinalizedBlock()).number >= good.block.number },
  bad: { ok: bad.ok, error: bad.dispatchError?.value?.value?.type ?? bad.dispatchError?.value?.type },
  received: (await account(fresh)).data.free,
  nonces: (await account(alice)).nonce - before.nonce,
  transfers: events.filter(({ event }) => event.type === 'Balances' && event.value.type === 'Transfer')
    .map(({ event }) => event.value.value.amount),
  entries: (await api.query.System.Account.getEntries({ at: 'finalized' })).length,
};
client.destroy();
console.log(JSON.stringify(seen, (_, value) => (typeof value === 'bigint' ? value.toString() : value)));
process.exit(0);
