// Payers and faults of the simulated chain, a JSON list a line: node checkout.mjs CHAINURL. Answers a line each.
import { createInterface } from 'node:readline';
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { u8aToHex, u8aWrapBytes } from '@polkadot/util';
import { cryptoWaitReady } from '@polkadot/util-crypto';

await cryptoWaitReady();
const dave = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri('//Dave');
const api = await ApiPromise.create({
  provider: new WsProvider(process.argv[2]), noInitWarn: true, throwOnConnect: true,
});
const raw = (method, ...params) => api._rpcCore.provider.send(method, params);
const send = (call) => call.signAndSend(dave, { nonce: -1 });
const acts = {
  raw,
  address: async () => dave.address,
  // As an extension signs bytes: wrapped, so that they can be no transaction.
  sign: async (text) => u8aToHex(dave.sign(u8aWrapBytes(text))),
  // Blocks are made on demand here, so each of these is in the next one.
  pay: async (address, rao) => {
    await send(api.tx.balances.transferKeepAlive(address, BigInt(rao)));
    await raw('devnet_produce', 1);
  },
  payTwice: async (address, rao) => {
    const pay = api.tx.balances.transferKeepAlive(address, BigInt(rao));
    await send(api.tx.utility.batchAll([pay, pay]));
    await raw('devnet_produce', 1);
  },
  alpha: async (address, hotkey, netuid, amount) => {
    await send(api.tx.subtensorModule.addStake(hotkey, netuid, 2n * BigInt(amount)));
    await raw('devnet_produce', 1);
    await send(api.tx.subtensorModule.transferStake(address, hotkey, netuid, netuid, BigInt(amount)));
    await raw('devnet_produce', 1);
  },
};
console.log('{"ready":true}');
for await (const line of createInterface({ input: process.stdin })) {
  const [act, ...args] = JSON.parse(line);
  try {
    console.log(JSON.stringify({ done: (await acts[act](...args)) ?? true }));
  } catch (failure) {
    console.log(JSON.stringify({ failed: String(failure) }));
  }
}
await api.disconnect();
