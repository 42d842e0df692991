// Reads a QR code that is given as rows of 0 and 1, slashes between them: as a picture, by somebody else's reader.
import jsQR from 'jsqr';

const rows = process.argv[2].split('/');
const [scale, quiet] = [4, 4];
const side = (rows.length + 2 * quiet) * scale;
const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
for (let y = 0; y < side; y++) {
  for (let x = 0; x < side; x++) {
    const dark = rows[Math.floor(y / scale) - quiet]?.[Math.floor(x / scale) - quiet] === '1';
    if (dark) pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  }
}

console.log(JSON.stringify({ text: jsQR(pixels, side, side)?.data ?? null }));
