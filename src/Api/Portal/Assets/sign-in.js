// Passkeys and wallets: asks the server for a challenge, the authenticator or the extension for its answer, and goes on.
const token = () => document.querySelector('input[name="form-token"]')?.value ?? '';

function post(path, body, type = 'application/json') {
  return fetch(path, {
    method: 'POST', body, credentials: 'same-origin',
    headers: { 'content-type': type, 'x-form-token': token() },
  });
}

async function usePasskey(path, reason) {
  const options = await post(`${path}/options`, '{}');
  if (!options.ok) throw new Error(String(options.status));
  const json = await options.json();
  const isNew = 'user' in json;
  const credential = isNew
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json) });
  const because = reason ? `?because=${encodeURIComponent(reason)}` : '';
  const answer = await post(path + because, JSON.stringify(credential));
  if (!answer.ok) throw new Error(String(answer.status));
}

// Signs a text by the extension that has the address, as raw bytes: extensions wrap those in <Bytes>.
async function signByExtension(address, text) {
  for (const wallet of Object.values(window.injectedWeb3 ?? {})) {
    const extension = await wallet.enable('Gateway');
    const accounts = await extension.accounts.get();
    if (accounts.some(account => account.address === address)) {
      const data = `<Bytes>${text}</Bytes>`;
      return (await extension.signer.signRaw({ address, data, type: 'bytes' })).signature;
    }
  }
  throw new Error('no-wallet');
}

function bind(button, said, act) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    said.textContent = '';
    try {
      await act();
    } catch {
      said.textContent = button.dataset.failed ?? '';
      button.disabled = false;
    }
  });
}

export function start(part) {
  const passkey = part.tagName === 'FORM' ? null : part.querySelector('[data-passkey]');
  if (passkey && window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    bind(passkey, part.querySelector('[role="status"]'), async () => {
      await usePasskey(passkey.dataset.passkey, passkey.closest('form')?.elements.because?.value);
      location.assign(passkey.dataset.back);
    });
  }

  const wallet = part.tagName === 'FORM' ? part.querySelector('[data-wallet]') : null;
  if (wallet && window.injectedWeb3) {
    bind(wallet, part.querySelector('[data-wallet-said]'), async () => {
      part.elements.signature.value = await signByExtension(part.dataset.address, part.dataset.text);
      part.requestSubmit();
    });
  }
}
