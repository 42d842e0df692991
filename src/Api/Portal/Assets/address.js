// Computes an address's check words again from the text that the page shows; where they differ nobody is shown where to pay.
const digits = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const consonants = 'bdfghjklmnprstvz';
const vowels = 'aiou';

// The 32 bytes of an account: base58 of 42, the account, and two bytes more.
function accountOf(text) {
  let number = 0n;
  for (const letter of text) {
    const digit = digits.indexOf(letter);
    if (digit < 0) return null;
    number = number * 58n + BigInt(digit);
  }
  const hex = number.toString(16).padStart(70, '0');
  return /^2a[0-9a-f]{68}$/.test(hex) ? Uint8Array.from(hex.slice(2, 66).match(/../g), byte => parseInt(byte, 16)) : null;
}

async function wordsOf(text) {
  const account = accountOf(text);
  if (!account) return '';
  const hash = new DataView(await crypto.subtle.digest('SHA-256', account));
  return [0, 2, 4, 6].map(place => {
    const bits = hash.getUint16(place);
    return consonants[bits >> 12] + vowels[(bits >> 10) & 3] + consonants[(bits >> 6) & 15] + vowels[(bits >> 4) & 3] + consonants[bits & 15];
  }).join(' ');
}

export async function start(pay) {
  if (!globalThis.crypto?.subtle) return;
  const shown = pay.querySelector('[data-words]').textContent;
  const texts = [...pay.querySelectorAll('.address, [data-copied]')].map(part => part.textContent.replaceAll(' ', ''));
  const words = await Promise.all(texts.map(wordsOf));
  if (words.length && words.every(one => one === shown)) {
    pay.querySelector('[data-checked]').hidden = false;
    return;
  }
  for (const part of pay.children) part.toggleAttribute('hidden', !part.matches('[data-mismatch]'));
}
