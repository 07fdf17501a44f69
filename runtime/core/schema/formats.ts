/** Formats for tool arguments. They refuse values that a target could normalise to another value, and . or .. segments. */
export const formats: Readonly<Record<string, (value: string) => boolean>> = {
  'relative-path': (value) =>
    value !== '' &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the format refuses control characters.
    !/[\\%\u0000-\u001f\u007f]/.test(value) &&
    !value.startsWith('/') &&
    value.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
  'https-url': (value) => {
    try {
      const url = new URL(value);
      return url.protocol === 'https:' && url.username === '' && url.password === '' && url.href.startsWith(value);
    } catch {
      return false;
    }
  },
  host: (value) =>
    value.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(value),
  'one-email': (value) => /^[A-Za-z0-9._+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$/.test(value),
};
