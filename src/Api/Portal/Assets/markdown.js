// Markdown of a stranger as nodes: text is only ever text, links open elsewhere and tell nobody where from, pictures are
// links, and what would steer a terminal or turn the direction of writing is shown as what it is.
export const safe = text => text
  .replaceAll('\r', '')
  .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, sign => `[U+${sign.charCodeAt().toString(16).toUpperCase().padStart(4, '0')}]`);

const inline = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|!?\[([^\]]*)\]\(([^)\s]+)\)/;

function node(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

function link(label, address) {
  let url = null;
  try { url = new URL(address); } catch { /* Not an address: only the label is left. */ }
  if (!url || !/^https?:$/.test(url.protocol)) return document.createTextNode(label);
  return Object.assign(node('a', label || url.host), { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow', title: url.href });
}

function parts(text) {
  const found = inline.exec(text);
  if (!found) return [text];
  const [all, code, strong, soft, label, address] = found;
  const made = code !== undefined ? node('code', code) : strong !== undefined ? node('strong', ...parts(strong))
    : soft !== undefined ? node('em', ...parts(soft)) : link(label, address);
  return [text.slice(0, found.index), made, ...parts(text.slice(found.index + all.length))];
}

// Headings are no headings of the page: they are strong text.
function block(lines) {
  const heading = /^#{1,6}\s+(.*)$/.exec(lines[0]);
  if (heading) return [node('p', node('strong', ...parts(heading[1]))), ...(lines.length > 1 ? block(lines.slice(1)) : [])];
  const mark = /^\s*([-*+]|\d+[.)])\s+/;
  if (lines.every(line => mark.test(line))) return [node(/^\s*\d/.test(lines[0]) ? 'ol' : 'ul', ...lines.map(line => node('li', ...parts(line.replace(mark, '')))))];
  if (lines.every(line => line.startsWith('>'))) return [node('blockquote', ...block(lines.map(line => line.replace(/^>\s?/, ''))))];
  return [node('p', ...parts(lines.join('\n')))];
}

export function render(text) {
  const out = document.createDocumentFragment();
  let [lines, code] = [[], null];
  const flush = () => { if (lines.length) out.append(...block(lines)); lines = []; };
  for (const line of safe(text).split('\n')) {
    if (/^\s*```/.test(line)) {
      if (code === null) flush(); else out.append(node('pre', node('code', code.join('\n'))));
      code = code === null ? [] : null;
    } else if (code !== null) code.push(line);
    else if (line.trim()) lines.push(line);
    else flush();
  }
  if (code !== null) out.append(node('pre', node('code', code.join('\n'))));
  flush();
  return out;
}
