import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { hostOf, redact } from '../../../src/http/redact';
import { isSecure } from '../../../src/http/origin';

describe('redaction', () => {
  const token = `eyJ${'a'.repeat(30)}.${'b'.repeat(40)}.${'c'.repeat(20)}`;
  const link =
    'https://x.blob.core.windows.net/c/b?se=2026-11-20T12%3A30%3A00Z&sp=rt&skoid=11111111-aaaa&sig=dYGe9rP/UlXB%2BPY%3D&rscd=x';

  for (const [name, text, secrets] of [
    ['a token', `got ${token} from az`, [token]],
    ['a bearer header', `Authorization: Bearer opaque-token.value~1`, ['opaque-token']],
    ['the signature of a link', `GET ${link}`, ['dYGe9rP', '11111111-aaaa']],
    ['a signature in XML', `String to sign was x?sig=abc&amp;y`, ['sig=abc']],
    ['a client secret in a form', 'grant_type=x&client_secret=s3cr3t&scope=y', ['s3cr3t']],
    ['a client secret in JSON', '{"clientSecret": "s3cr3t", "a": 1}', ['s3cr3t']],
    ['a token in JSON', '{"access_token":"opaque"}', ['opaque']],
  ] as const) {
    it(`takes out ${name}`, () => {
      const redacted = redact(text);
      for (const secret of secrets) {
        assert.ok(!redacted.includes(secret), redacted);
      }
    });
  }

  it('leaves ordinary lines as they are', () => {
    const line = 'contoso: GET /api/machineactions/988cc94e-7a8f-4b28-ab65-54970c5d5018 200';
    assert.equal(redact(line), line);
  });

  it('finds a signature wherever it stands in a line', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.base64String({ minLength: 12 }),
        fc.string(),
        (before, signature, after) => {
          const secret = signature.replaceAll('&', '');
          assert.ok(!redact(`${before} https://h/?sig=${secret} ${after}`).includes(`sig=${secret}`));
        },
      ),
    );
  });
});

describe('what of a URL may be shown, and which may be used', () => {
  it('shows the host only', () => {
    assert.equal(hostOf('https://user:pw@h.example:8443/p?sig=x'), 'h.example:8443');
    assert.equal(hostOf('nonsense'), '?');
  });

  for (const [url, secure] of [
    ['https://h.example/', true],
    ['http://127.0.0.1:8080/', true],
    ['http://localhost/', true],
    ['http://[::1]:1/', true],
    ['http://h.example/', false],
    ['http://127.0.0.1.h.example/', false],
    ['http://localhost.h.example/', false],
    ['ftp://localhost/', false],
  ] as const) {
    it(`${url} is ${secure ? '' : 'not '}secure`, () => {
      assert.equal(isSecure(new URL(url)), secure);
    });
  }
});
