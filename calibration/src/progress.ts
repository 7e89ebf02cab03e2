/** Shows how far a check is, on a terminal only. */
export interface Progress {
  readonly of: (title: string) => (share: number) => void;
  clear(): void;
}

export function createProgress(stream: NodeJS.WriteStream): Progress {
  let shown = '';
  const show = (text: string): void => {
    if (!stream.isTTY || text === shown) return;
    stream.write(`\r\u001b[K${text}`);
    shown = text;
  };
  return {
    of: (title) => (share) => show(share < 1 ? `${title} ${Math.floor(share * 100)} %` : ''),
    clear: () => show(''),
  };
}
