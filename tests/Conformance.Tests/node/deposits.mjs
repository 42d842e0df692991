// What the unmodified polkadot.js pays to a deposit address: node deposits.mjs BASEURL APIKEY ADMINKEY CHAINURL.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { createKeyMulti, cryptoWaitReady, encodeAddress, sortAddresses } from '@polkadot/util-crypto';

const [baseUrl, apiKey, adminKey, chainUrl] = process.argv.slice(2);
const amount = 5_000_000n;
await cryptoWaitReady();
const keys = new Keyring({ type: 'sr25519', ss58Format: 42 });
const [alice, bob, charlie, dave] = ['//Alice', '//Bob', '//Charlie', '//Dave'].map((uri) => keys.addFromUri(uri));
const api = await ApiPromise.create({ provider: new WsProvider(chainUrl), noInitWarn: true, throwOnConnect: true });
const raw = (method, ...params) => api._rpcCore.provider.send(method, params);

async function ask(path, key, method = 'GET') {
  const answer = await fetch(`${baseUrl}${path}`, { method, headers: { authorization: `Bearer ${key}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const credit = async () => (await ask('/credits', apiKey)).data.total_credits_nusd;
const { address } = await ask('/organization/deposit_addresses', adminKey, 'POST');
const listed = (await ask('/organization/deposit_addresses', adminKey)).data.map((one) => one.address);
const deposits = async () => (await ask('/organization/deposits?limit=100', adminKey)).data
  .filter((one) => one.address === address);

async function until(isSo) {
  for (;;) {
    const found = await isSo();
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

const included = (tx, who) => new Promise((resolve, reject) => {
  let end;
  tx.signAndSend(who, (result) => {
    if (result.isError || result.dispatchError) reject(new Error(`${result.status} ${result.dispatchError}`));
    if (result.status.isInBlock || result.status.isFinalized) {
      end?.();
      resolve({ index: result.txIndex, height: result.blockNumber?.toNumber(), events: result.events });
    }
  }).then((unsubscribe) => { end = unsubscribe; }, reject);
});

const pay = () => api.tx.balances.transferKeepAlive(address, amount);
const before = await credit();

// While nothing becomes final a deposit is seen and gives nothing.
await raw('devnet_setChain', { finalityStalled: true });
await included(pay(), dave);
const seen = await until(async () => (await deposits())[0]);
await raw('devnet_produce', 5);
const waiting = { state: seen.state, credit: seen.credit, now: (await deposits()).map((one) => one.state) };
const creditBefore = await credit();
await raw('devnet_setChain', { finalityStalled: false });
await until(async () => (await deposits()).filter((one) => one.state === 'credited').length === 1);

// Two of the same in one extrinsic, one through a proxy, one by two of three.
await included(api.tx.utility.batchAll([pay(), pay()]), dave);
await included(api.tx.proxy.addProxy(charlie.address, 'Any', 0), bob);
await included(api.tx.proxy.proxy(bob.address, null, pay()), charlie);
const signatories = [alice, bob, charlie].map((one) => one.address);
const others = (who) => sortAddresses(signatories.filter((one) => one !== who.address), 42);
await included(api.tx.balances.transferKeepAlive(encodeAddress(createKeyMulti(signatories, 2), 42), 1_000_000_000n), dave);
const weight = { refTime: 2_000_000_000n, proofSize: 50_000n };
const first = await included(api.tx.multisig.approveAsMulti(2, others(bob), null, pay().method.hash, weight), bob);
const opened = await until(async () => {
  const entries = await api.query.multisig.multisigs.entries();
  return entries.length > 0 && entries[0][1].unwrap().when;
});
await included(api.tx.multisig.asMulti(2, others(charlie), opened, pay(), weight), charlie);

await until(async () => (await deposits()).filter((one) => one.state === 'credited').length === 5);
await raw('devnet_produce', 5);
await until(async () => (await deposits()).every((one) => one.confirmations > 5));
const all = await deposits();
console.log(JSON.stringify({
  listed: listed.includes(address),
  first: first.height ?? null,
  waiting,
  gainedBefore: creditBefore - before,
  gained: (await credit()) - before,
  states: all.map((one) => one.state),
  credits: all.map((one) => one.credit_nusd),
  ids: new Set(all.map((one) => one.id)).size,
  rates: [...new Set(all.map((one) => one.usd_per_tao))],
}));
process.exit(0);
