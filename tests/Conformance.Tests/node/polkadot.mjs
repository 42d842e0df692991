// What the unmodified polkadot.js sees of the chain simulator: node polkadot.mjs URL SCENARIO, one line of JSON.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { createKeyMulti, cryptoWaitReady, encodeAddress, encodeDerivedAddress, sortAddresses } from '@polkadot/util-crypto';
import { stringToHex } from '@polkadot/util';

const [url, scenario] = process.argv.slice(2);
await cryptoWaitReady();
const keys = new Keyring({ type: 'sr25519', ss58Format: 42 });
const [alice, bob, charlie, dave] = ['//Alice', '//Bob', '//Charlie', '//Dave'].map((uri) => keys.addFromUri(uri));
const nobody = () => keys.addFromUri(`//nobody/${process.hrtime.bigint()}`);

const connect = () => ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true, throwOnConnect: true });
const api = await connect();
const raw = (method, ...params) => api._rpcCore.provider.send(method, params);
const free = async (address) => (await api.query.system.account(address)).data.free.toBigInt();
const names = (events) => events.map(({ event }) => `${event.section}.${event.method}`);

const errorName = (error) => (error.isModule
  ? api.registry.findMetaError(error.asModule).name
  : error.isToken ? error.asToken.type : error.type);

// Follows a transaction to its end; `until` may stop earlier.
function send(tx, who, options = {}, until = (result) => result.isFinalized) {
  return new Promise((resolve, reject) => {
    const steps = [];
    let unsubscribe;
    tx.signAndSend(who, options, (result) => {
      steps.push(result.status.type);
      if (until(result) || result.isError) {
        unsubscribe?.();
        const failure = result.dispatchError;
        resolve({
          steps,
          hash: result.txHash.toHex(),
          block: result.status.isFinalized ? result.status.asFinalized.toHex() : null,
          index: result.txIndex,
          events: names(result.events),
          error: failure ? errorName(failure) : null,
          records: result.events,
        });
      }
    }).then((end) => { unsubscribe = end; }, reject);
  });
}

const plain = ({ records, ...rest }) => rest;

async function refusal(work) {
  try {
    await work();
    return null;
  } catch (error) {
    return { code: error.code ?? null, message: error.message };
  }
}

const take = (subscribe, count) => new Promise((resolve) => {
  const seen = [];
  let end;
  subscribe((value) => {
    seen.push(value);
    if (seen.length === count) {
      end?.();
      resolve(seen);
    }
  }).then((unsubscribe) => { end = unsubscribe; });
});

const scenarios = {
  async reading() {
    const heads = await take((on) => api.rpc.chain.subscribeNewHeads(on), 3);
    const finals = await take((on) => api.rpc.chain.subscribeFinalizedHeads(on), 2);
    const header = await api.rpc.chain.getHeader(heads[2].parentHash);
    const block = await api.rpc.chain.getBlock(heads[2].parentHash);
    const at = await api.at(await api.rpc.chain.getBlockHash(1));
    return {
      chain: (await api.rpc.system.chain()).toString(),
      version: (await api.rpc.system.version()).toString(),
      name: (await api.rpc.system.name()).toString(),
      spec: api.runtimeVersion.specVersion.toNumber(),
      token: api.registry.chainTokens[0],
      decimals: api.registry.chainDecimals[0],
      deposit: api.consts.balances.existentialDeposit.toString(),
      accounts: (await api.query.system.account.entries()).length,
      subnets: (await api.query.subtensorModule.networksAdded.entries()).map(([key]) => key.args[0].toNumber()),
      heights: heads.map((head) => head.number.toNumber()),
      finals: finals.map((head) => head.number.toNumber()),
      hashes: heads.map((head) => head.hash.toHex()),
      asked: await Promise.all(heads.map(async (head) => (await api.rpc.chain.getBlockHash(head.number)).toHex())),
      headerHash: header.hash.toHex(),
      parent: heads[2].parentHash.toHex(),
      digest: header.digest.logs[0].asOther.toHex() === stringToHex('devnet-simulator'),
      inherent: block.block.extrinsics[0].method.method,
      oldNumber: (await at.query.system.number()).toNumber(),
      oldEvents: names(await at.query.system.events()),
      several: (await api.query.system.account.multi([alice.address, bob.address])).length,
      nonceByCall: (await api.call.accountNonceApi.accountNonce(dave.address)).toNumber(),
    };
  },

  async transfers() {
    const results = [];
    const to = nobody().address;
    for (const era of [0, 64]) {
      const before = await free(bob.address);
      const tx = api.tx.balances.transferKeepAlive(to, 1_000_000n);
      const fee = (await tx.paymentInfo(bob, { era })).partialFee.toBigInt();
      const result = await send(tx, bob, { era });
      results.push({ ...plain(result), exact: before - await free(bob.address) === fee + 1_000_000n });
    }
    const fresh = nobody();
    await send(api.tx.balances.transferAllowDeath(fresh.address, 10_000_000n), bob);
    const emptied = await send(api.tx.balances.transferAll(to, false), fresh);
    const tipped = await send(api.tx.system.remark('0x00'), bob, { tip: 12_345 });
    return {
      results,
      received: (await free(to)).toString(),
      emptied: plain(emptied),
      left: (await api.query.system.account(fresh.address)).toString(),
      tip: tipped.records.find(({ event }) => event.method === 'TransactionFeePaid').event.data[2].toNumber(),
    };
  },

  async errors() {
    const poor = nobody();
    const nonce = (await api.rpc.system.accountNextIndex(charlie.address)).toNumber();
    const behind = send(api.tx.system.remark('0x01'), charlie, { nonce: nonce + 1 });
    const ahead = send(api.tx.system.remark('0x02'), charlie, { nonce });
    const [late, early] = await Promise.all([behind, ahead]);
    const signed = await api.tx.system.remark('0x03').signAsync(charlie);
    const tampered = signed.toHex().replace(/03$/, '04');
    const other = await api.tx.system.remark('0x05').signAsync(charlie, {
      genesisHash: '0x11'.padEnd(66, '1'), blockHash: '0x11'.padEnd(66, '1'), era: 0, runtimeVersion: api.runtimeVersion,
    });
    const dead = await api.tx.system.remark('0x06').signAsync(charlie, {
      era: api.createType('ExtrinsicEra', { current: 1, period: 4 }), blockHash: await api.rpc.chain.getBlockHash(1),
    });
    return {
      late: late.steps,
      early: early.steps,
      tooMuch: (await send(api.tx.balances.transferKeepAlive(bob.address, 10n ** 18n), charlie)).error,
      tooLittle: (await send(api.tx.balances.transferKeepAlive(poor.address, 499n), charlie)).error,
      notBuilt: plain(await send(api.tx.sudo.sudo(api.tx.system.remark('0x')), charlie)),
      signature: await refusal(() => raw('author_submitExtrinsic', tampered)),
      genesis: await refusal(() => raw('author_submitExtrinsic', other.toHex())),
      era: await refusal(() => raw('author_submitExtrinsic', dead.toHex())),
      garbage: await refusal(() => raw('author_submitExtrinsic', '0x1234')),
      stale: await refusal(() => send(api.tx.system.remark('0x06'), charlie, { nonce })),
      unfunded: await refusal(() => send(api.tx.system.remark('0x07'), poor)),
      method: await refusal(() => raw('state_getReadProof', [], null)),
      runtimeApi: await refusal(() => raw('state_call', 'GrandpaApi_grandpa_authorities', '0x')),
      state: await refusal(() => raw('state_getStorage', '0x00', '0x'.padEnd(66, '7'))),
    };
  },

  async batches() {
    const to = nobody().address;
    const { batch, batchAll, forceBatch } = api.tx.utility;
    const pay = (amount) => api.tx.balances.transferKeepAlive(to, amount);
    const whole = await send(batchAll([pay(1_000_000n), pay(1_000_000n)]), dave);
    const failed = await send(batchAll([pay(1_000_000n), pay(10n ** 18n)]), dave);
    const stopped = await send(batch([pay(1_000_000n), pay(10n ** 18n), pay(1_000_000n)]), dave);
    const forced = await send(forceBatch([pay(10n ** 18n), pay(1_000_000n)]), dave);
    const nested = await send(batch([batch([pay(1_000_000n)])]), dave);
    return {
      whole: plain(whole), failed: plain(failed), stopped: plain(stopped), forced: plain(forced),
      nested: nested.error, received: (await free(to)).toString(),
    };
  },

  async proxies() {
    const to = nobody().address;
    const reserved = async () => (await api.query.system.account(bob.address)).data.reserved.toString();
    const pay = api.tx.balances.transferKeepAlive(to, 2_000_000n);
    const without = await send(api.tx.proxy.proxy(bob.address, null, pay), charlie);
    const added = await send(api.tx.proxy.addProxy(charlie.address, 'Any', 0), bob);
    const held = await reserved();
    const acted = await send(api.tx.proxy.proxy(bob.address, null, pay), charlie);
    const removed = await send(api.tx.proxy.removeProxy(charlie.address, 'Any', 0), bob);
    await send(api.tx.proxy.addProxy(charlie.address, 'NonTransfer', 0), bob);
    const narrow = await send(api.tx.proxy.proxy(bob.address, null, pay), charlie);
    await send(api.tx.proxy.removeProxy(charlie.address, 'NonTransfer', 0), bob);
    const result = ({ records }) => records.find(({ event }) => event.method === 'ProxyExecuted').event.data[0];
    return {
      without: without.error, added: added.events, held, acted: acted.events, removed: removed.events,
      ok: result(acted).isOk, narrow: result(narrow).isErr ? errorName(result(narrow).asErr) : null,
      reserved: await reserved(), received: (await free(to)).toString(),
    };
  },

  async multisig() {
    const signatories = [alice, bob, charlie].map(({ address }) => address);
    const others = (who) => sortAddresses(signatories.filter((address) => address !== who.address), 42);
    const parent = encodeAddress(createKeyMulti(signatories, 2), 42);
    const deposits = [0, 256].map((index) => encodeDerivedAddress(parent, index, 42));
    const cold = nobody().address;
    for (const deposit of deposits) {
      await send(api.tx.balances.transferKeepAlive(deposit, 5_000_000n), dave);
    }
    const items = [0, 256].map((index) => api.tx.utility.asDerivative(index, api.tx.balances.transferAll(cold, true)));
    const call = api.tx.utility.batchAll(items).method;
    const weight = { refTime: 5_000_000_000n, proofSize: 50_000n };
    const approve = (who, point) => api.tx.multisig.approveAsMulti(2, others(who), point, call.hash, weight);
    const first = await send(approve(alice, null), alice);
    const height = (await api.rpc.chain.getHeader(first.block)).number.toNumber();
    const point = { height, index: first.index };
    const twice = await send(approve(alice, point), alice);
    const as = (most) => api.tx.multisig.asMulti(2, others(bob), point, call, most);
    const light = await send(as({ refTime: 1n, proofSize: 1n }), bob);
    const reserved = (await api.query.system.account(alice.address)).data.reserved.toString();
    const executed = await send(as(weight), bob);
    const result = executed.records.find(({ event }) => event.method === 'MultisigExecuted').event.data.at(-1);
    const opened = await send(approve(bob, null), bob);
    const openedAt = (await api.rpc.chain.getHeader(opened.block)).number.toNumber();
    const cancel = { height: openedAt, index: opened.index };
    const cancelled = await send(api.tx.multisig.cancelAsMulti(2, others(bob), cancel, call.hash), bob);
    return {
      parent, deposits, first: first.events, twice: twice.error, light: light.error, reserved,
      executed: executed.events, ok: result.isOk, cold: (await free(cold)).toString(),
      left: (await Promise.all(deposits.map(free))).map(String),
      released: (await api.query.system.account(alice.address)).data.reserved.toString(),
      cancelled: cancelled.events,
    };
  },

  // Needs a chain whose blocks are made on demand only.
  async reorg() {
    await raw('devnet_setChain', { finalityLag: 4, stalled: true });
    await raw('devnet_produce', 6);
    const steps = [];
    const last = new Promise((resolve) => {
      api.tx.balances.transferKeepAlive(bob.address, 1_000_000n).signAndSend(dave, { era: 0 }, ({ status }) => {
        steps.push(status.type);
        if (status.isFinalized) {
          resolve(status.asFinalized.toHex());
        }
      });
    });
    while (steps.length === 0) {
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    const lost = await raw('devnet_produce', 1);
    await raw('devnet_produce', 1);
    await raw('devnet_reorg', 2, true);
    const found = await raw('devnet_produce', 1);
    await raw('devnet_produce', 4);
    const final = await last;
    const height = (await api.rpc.chain.getHeader(final)).number.toNumber();
    await raw('devnet_setChain', { finalityLag: 2, stalled: false });
    return { steps, moved: lost !== found, where: final === found, canonical: (await raw('chain_getBlockHash', height)) === found };
  },

  // Needs a gateway's own simulator: miners of subnet 4.
  async neurons() {
    const state = api.query.subtensorModule;
    const [incentive, permits, keys] = await Promise.all([
      state.incentive(4), state.validatorPermit(4), state.keys.entries(4),
    ]);
    const miner = (await state.keys(4, 0)).toString();
    const axon = (await state.axons(4, miner)).unwrap();
    const hot = nobody();
    const registered = await send(api.tx.subtensorModule.burnedRegister(4, hot.address), alice);
    const uid = (await state.uids(4, hot.address)).unwrap().toNumber();
    const served = await send(api.tx.subtensorModule.serveAxon(4, 1, 0x01020304, 8091, 4, 4, 0, 0), hot);
    const staked = await send(api.tx.subtensorModule.addStake(hot.address, 4, 5_000_000_000n), alice);
    const weights = await send(api.tx.subtensorModule.setWeights(4, [uid], [65535], 0), hot);
    const refused = await send(api.tx.subtensorModule.setWeights(4, [0, 1], [1, 2], 0), hot);
    return {
      count: keys.length,
      miner,
      ip: axon.ip.toNumber(), port: axon.port.toNumber(),
      incentive: incentive.map((score) => score.toNumber()),
      permits: permits.map((permit) => permit.isTrue),
      uid,
      registered: registered.events, served: served.events, staked: staked.events, weights: weights.events,
      refused: refused.error,
      free: (await free(hot.address)).toString(),
      alpha: (await state.totalHotkeyAlpha(hot.address, 4)).toString(),
      newAxon: (await state.axons(4, hot.address)).unwrap().ip.toNumber(),
    };
  },

  // Fills subnet 4 until a neuron is pruned, and says who.
  async prune() {
    const state = api.query.subtensorModule;
    const hotkeys = async () => (await state.keys.entries(4)).map(([, key]) => key.toString());
    const before = await hotkeys();
    const places = (await state.maxAllowedUids(4)).toNumber();
    const calls = Array.from({ length: places - before.length + 1 },
      () => api.tx.subtensorModule.burnedRegister(4, nobody().address));
    const result = await send(api.tx.utility.batchAll(calls), alice);
    const after = new Set(await hotkeys());
    return { error: result.error, gone: before.filter((key) => !after.has(key)), count: after.size };
  },

  // Needs a chain that begins with spec 219.
  async upgrade() {
    const before = { spec: api.runtimeVersion.specVersion.toNumber(), stake: api.tx.subtensorModule.addStake.meta.args.length };
    const old = await send(api.tx.balances.transferKeepAlive(bob.address, 1_000_000n), alice);
    await raw('devnet_upgrade', 224);
    while (api.runtimeVersion.specVersion.toNumber() === 219) {
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    const fresh = await connect();
    const result = await new Promise((resolve, reject) => {
      fresh.tx.balances.transferKeepAlive(bob.address, 1_000_000n).signAndSend(alice, ({ status, events }) => {
        if (status.isFinalized) {
          resolve({ block: status.asFinalized.toHex(), events: names(events) });
        }
      }).catch(reject);
    });
    const oldEvents = names(await (await fresh.at(old.block)).query.system.events());
    await fresh.disconnect();
    return {
      before, oldEvents,
      after: {
        spec: fresh.runtimeVersion.specVersion.toNumber(),
        stake: fresh.tx.subtensorModule.addStake.meta.args.length,
        events: result.events,
      },
    };
  },
};

console.log(JSON.stringify(await scenarios[scenario]()));
await api.disconnect();
