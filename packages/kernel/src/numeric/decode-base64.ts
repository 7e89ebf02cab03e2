/* Global in browsers and in Node, where its types need those of the DOM. */
declare function atob(text: string): string;

/** The bytes of base64 text; `Buffer`, which browsers lack, is not needed. */
export function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
