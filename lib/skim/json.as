// The grammar of JSON, for skim.as and calls.as. Data ends with zeroes, which are no part of any value.

/** A text held an escape that can hide a name. */
export let escaped: bool = false;
export function forgetEscapes(): void {
  escaped = false;
}

@inline export function blank(at: usize): usize {
  let c = load<u8>(at);
  while (c == 32 || c == 10 || c == 13 || c == 9) c = load<u8>(++at);
  return at;
}
@inline export function isHex(c: u8): bool {
  return (c >= 48 && c <= 57) || ((c | 32) >= 97 && (c | 32) <= 102);
}
@inline export function isDigit(at: usize): bool {
  const c = load<u8>(at);
  return c >= 48 && c <= 57;
}
/** The closing quote of a text; 0: it is not valid, or goes on behind the data. */
export function textEnd(at: usize): usize {
  while (true) {
    const v = v128.load(at);
    const stops = i8x16.bitmask(v128.or(v128.or(i8x16.eq(v, i8x16.splat(34)), i8x16.eq(v, i8x16.splat(92))), i8x16.lt_u(v, i8x16.splat(32))));
    if (stops == 0) { at += 16; continue; }
    at += ctz(stops);
    const c = load<u8>(at);
    if (c == 34) return at;
    if (c != 92) return 0;
    const d = load<u8>(at + 1);
    if (d == 117) {
      if (!isHex(load<u8>(at + 2)) || !isHex(load<u8>(at + 3)) || !isHex(load<u8>(at + 4)) || !isHex(load<u8>(at + 5))) return 0;
      escaped = true;
      at += 6;
    } else if (d == 47) { escaped = true; at += 2; }
    else if (d == 34 || d == 92 || d == 110 || d == 116 || d == 114 || d == 98 || d == 102) at += 2;
    else return 0;
  }
}
/** Behind a number, true, false or null; 0: not valid. */
export function scalarEnd(at: usize): usize {
  const c = load<u8>(at);
  if (c == 110) return load<u32>(at) == word4("null") ? at + 4 : 0;
  if (c == 116) return load<u32>(at) == word4("true") ? at + 4 : 0;
  if (c == 102) return load<u32>(at + 1) == word4("alse") ? at + 5 : 0;
  if (c == 45) at++;
  if (load<u8>(at) == 48) at++;
  else {
    if (!isDigit(at)) return 0;
    while (isDigit(at)) at++;
  }
  if (load<u8>(at) == 46) {
    at++;
    if (!isDigit(at)) return 0;
    while (isDigit(at)) at++;
  }
  if ((load<u8>(at) | 32) == 101) {
    at++;
    const sign = load<u8>(at);
    if (sign == 43 || sign == 45) at++;
    if (!isDigit(at)) return 0;
    while (isDigit(at)) at++;
  }
  return at;
}
