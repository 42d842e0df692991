// Pays to a deposit address with the unmodified polkadot.js: node pay.mjs CHAINURL ADDRESS RAO, while nothing becomes
// final; node pay.mjs CHAINURL lets it.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { cryptoWaitReady } from '@polkadot/util-crypto';

const [chainUrl, address, rao] = process.argv.slice(2);
await cryptoWaitReady();
const dave = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri('//Dave');
const api = await ApiPromise.create({ provider: new WsProvider(chainUrl), noInitWarn: true, throwOnConnect: true });
await api._rpcCore.provider.send('devnet_setChain', [{ finalityStalled: Boolean(address) }]);
if (address) {
  await new Promise((resolve, reject) => {
    api.tx.balances.transferKeepAlive(address, BigInt(rao)).signAndSend(dave, (result) => {
      if (result.isError || result.dispatchError) reject(new Error(`${result.status} ${result.dispatchError}`));
      if (result.status.isInBlock) resolve();
    }).catch(reject);
  });
}

console.log(JSON.stringify({ done: true }));
await api.disconnect();
