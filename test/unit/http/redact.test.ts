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
    ['a signature behind an escape of JSON', String.raw`"https://h/b?se=1\u0026sig=dYGe9"`, ['dYGe9']],
    ['a signature behind an escape of HTML', 'href="https://h/b?se=1&amp;sig=dYGe9"', ['dYGe9']],
    ['a signature in an encoded address', 'url=https%3A%2F%2Fh%2Fb%3Fse%3D1%26sig%3DdYGe9%252B', ['dYGe9']],
    ['a signature in an address encoded twice', 'u=%253Fsv%253D1%2526SIG%253DdYGe9', ['dYGe9']],
    ['a signature that comes first', '?sig=dYGe9&sv=2020', ['dYGe9']],
    ['a token with a space in JSON', '{"token": "s3cr3t", "a": 1}', ['s3cr3t']],
    ['an ID token in a fragment', 'https://h/#id_token=s3cr3t&state=1', ['s3cr3t']],
    ['a refresh token', 'refresh_token=0.AXs3cr3t', ['s3cr3t']],
    ['an assertion', 'client_assertion=s3cr3t&x=1', ['s3cr3t']],
    ['who signs in in a URL', 'http://user:s3cr3t@proxy.example:8080/', ['user', 's3cr3t']],
    ['who signs in in a URL, with an at sign', 'http://user:s3@cr3t@proxy.example/', ['cr3t']],
    ['a passphrase', 'passphrase: s3cr3t', ['s3cr3t']],
    ['a password in single quotes', "Password = 's3 cr3t'", ['s3', 'cr3t']],
    ['a password with an escaped quote', String.raw`{"password":"s3\"cr3t","a":"b"}`, ['s3', 'cr3t']],
    ['a password that nothing closes', '{"password":"s3 cr3t', ['s3', 'cr3t']],
    ['a password on a command line', 'az login --password s3cr3t --tenant x', ['s3cr3t']],
    ['a password of PowerShell', "-ClientSecret 's3 cr3t' -x", ['s3', 'cr3t']],
    ['a password in XML', '<Password>s3cr3t</Password>', ['s3cr3t']],
    ['basic credentials', 'Basic dXNlcjpzM2NyM3Q=', ['dXNlcj']],
    ['a header of a proxy', 'Proxy-Authorization: Negotiate YIIs3cr3t', ['s3cr3t']],
    ['a header with parts', 'Authorization: Digest username="me", response="s3cr3t"', ['s3cr3t']],
    ['a header in JSON', '{"Authorization":"Custom s3cr3t, more"}', ['s3cr3t', 'more']],
    ['cookies', 'Set-Cookie: ESTSAUTH=s3cr3t; path=/; a="s3cr3t"', ['s3cr3t']],
    ['a key of a header', 'x-ms-encryption-key: s3cr3t', ['s3cr3t']],
    ['a key of a function', 'x-functions-key=s3cr3t', ['s3cr3t']],
    ['a connection string', 'AccountName=a;AccountKey=s3cr3t==;EndpointSuffix=x', ['s3cr3t']],
    ['a shared signature', 'SharedAccessSignature sr=x&sig=s3cr3t&se=1', ['s3cr3t']],
    ['a pair of a name and a value', '{"key":"Password","value":"s3cr3t"}', ['s3cr3t']],
    ['a pair in another order of quotes', "{'name': 'client_secret', 'value': 's3cr3t'}", ['s3cr3t']],
    ['a setting in XML', '<add key="ClientSecret" value="s3cr3t"/>', ['s3cr3t']],
    ['an element with an attribute', '<Token type="x">s3cr3t</Token>', ['s3cr3t']],
    ['a list of secrets', '{"client_secret": ["s3cr3t", "s3cr3t2"]}', ['s3cr3t']],
    ['who signs in to a proxy without a scheme', 'proxy=CORP\\\\me:s3cr3t@proxy.example:8080', ['s3cr3t']],
    ['a doubled quote', "Password='it''s s3cr3t'", ['s3cr3t']],
    ['a short name', '{"user":"me","pass":"s3cr3t"}', ['s3cr3t']],
    ['a French name', 'Mot de passe : s3cr3t', ['s3cr3t']],
    ['a German name', 'Kennwort: s3cr3t', ['s3cr3t']],
    ['a Spanish name', 'contraseña=s3cr3t&x=1', ['s3cr3t']],
    ['a Portuguese name', 'Senha: s3cr3t', ['s3cr3t']],
    ['a Dutch name', 'wachtwoord=s3cr3t', ['s3cr3t']],
    ['a bearer without a blank', '{"auth":"bearer:s3cr3t"}', ['s3cr3t']],
    ['a signature as a pair', '{"name":"sig","value":"s3cr3t"}', ['s3cr3t']],
    ['a signature as an element', '<sig>s3cr3t</sig>', ['s3cr3t']],
    ['a signature in JSON', '{"se":"1","sig":"s3cr3t"}', ['s3cr3t']],
    ['a signature in a header', 'x-ms-signature: s3cr3t', ['s3cr3t']],
    ['a signature of another cloud', '?X-Amz-Signature=s3cr3t&x=1', ['s3cr3t']],
    ['a signature behind an escape of old JavaScript', '%u0026sig%u003ds3cr3t', ['s3cr3t']],
    ['a code of a device', 'grant_type=device_code&device_code=s3cr3t', ['s3cr3t']],
    ['a verifier', 'code_verifier=s3cr3t&x=1', ['s3cr3t']],
    ['a code that comes first', 'code=0.AXs3cr3t&session_state=1', ['s3cr3t']],
    ['a code by its shape', `got 1.AX${'s3cr3t-_'.repeat(10)}.x for`, ['s3cr3t']],
    ['an assertion of SAML', 'SAMLResponse=s3cr3t&RelayState=x', ['s3cr3t']],
    ['a code of a sign-in', 'http://localhost:1/?code=0.AXs3cr3t&state=1', ['s3cr3t']],
    ['a client secret by its shape', 'got abc8Q~0123456789abcdefghijABCDEFGHIJ_-.~ as', ['0123456789abc']],
    [
      'a private key',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIs3cr3t\n-----END RSA PRIVATE KEY-----\nafter',
      ['MIIs3cr3t'],
    ],
    ['a private key that is cut', '-----BEGIN PRIVATE KEY-----\\nMIIs3cr3t', ['MIIs3cr3t']],
  ] as const) {
    it(`takes out ${name}`, () => {
      const redacted = redact(text);
      for (const secret of secrets) {
        assert.ok(!redacted.includes(secret), redacted);
      }
    });
  }

  for (const line of [
    '',
    'contoso: GET /api/machineactions/988cc94e-7a8f-4b28-ab65-54970c5d5018 200',
    'Basic authentication is off',
    '{"error":{"code":"Forbidden","message":"Missing role Machine.Read.All"}}',
    'exit code=5, error code: 403',
    'The token has expired. Sign in again.',
    'Authorization has been denied for this request.',
    String.raw`C:\temp\new\users.txt 100%25 &amp; \u0041`,
    'design=new, assign=1, token_type and tokens: 5',
    'https://h.example/a@b?c=d@e',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'nothing --password',
    'mailto:me@example.com:5 at 12:30 me@example.com:80',
    'signature, 3 pass, bypass: 5, compass=1, sig',
    'grant_type=authorization_code&scope=x, error_code=1',
  ]) {
    it(`leaves ordinary text as it is: ${line.slice(0, 40)}`, () => assert.equal(redact(line), line));
  }

  for (const [text, expected] of [
    ['{"token": "a b", "next": "ok"}', '{"token": "<redacted>", "next": "ok"}'],
    ["x 'password': 'a' y", "x 'password': '<redacted>' y"],
    ['?se=1&sig=ab%2B&rscd=x', '?se=1&sig=<redacted>&rscd=x'],
    ['%3Fsig%3Dab%26rscd%3Dx', '%3Fsig%3D<redacted>%26rscd%3Dx'],
    ['{"password":""}', '{"password":""}'],
    ['password=a token=b', 'password=<redacted> token=<redacted>'],
    ['got eyJhbGciOiJub25lIn0.e30. here', 'got <token> here'],
    ['-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----, then', '<redacted>, then'],
    ['AccountKey=ab==;Suffix=x', 'AccountKey=<redacted>;Suffix=x'],
    ['https://me:pw@h.example/p', 'https://<redacted>@h.example/p'],
    ['Bearer abc.def, then', 'Bearer <token>, then'],
    ['bearer+abc/d==;x', 'bearer+<token>;x'],
    ['Authorization: Negotiate abc\nnext', 'Authorization: <redacted>\nnext'],
    ['Set-Cookie: a=b; c=d\nnext', 'Set-Cookie: <redacted>\nnext'],
    ['tool --password  s3cr3t -x', 'tool --password  <redacted> -x'],
    ['http://h/?code=abc&state=1', 'http://h/?code=<redacted>&state=1'],
    ['SharedAccessSignature  sr=x;next', 'SharedAccessSignature  <redacted>;next'],
    ['got abc8Q~0123456789abcdefghijABCDEFGHIJ_ as', 'got <redacted> as'],
    ['is abc8Q~0123456789 as', 'is abc8Q~0123456789 as'],
    ['Basic  dXNlcjpzM2NyM3Q= x', 'Basic  <redacted> x'],
    ['Basic dXNlcjpzM2NyM3Q x', 'Basic <redacted> x'],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----.', '<redacted>.'],
    ["x 'password': 'a", "x 'password': '<redacted>"],
    [`password=a'b`, `password=<redacted>'b`],
    ['token="" pwd=\'\'', 'token="" pwd=\'\''],
    ['{"a":"x\\u0026sig=abc\\u0026b=c"}', '{"a":"x\\u0026sig=<redacted>\\u0026b=c"}'],
    ['x&quot;token&quot;: &quot;abc&quot; y', 'x&quot;token&quot;: &quot;<redacted>&quot; y'],
    ['sig&equals;abc&amp;x', 'sig&equals;<redacted>&amp;x'],
    ['pwd&colon;abc&lt;x', 'pwd&colon;<redacted>&lt;x'],
    ['x&percnt;3Fsig%3Dabc', 'x&percnt;3Fsig%3D<redacted>'],
    ['pwd=&apos;a b&apos; c', 'pwd=&apos;<redacted>&apos; c'],
    ['pwd&gt;abc', 'pwd&gt;<redacted>'],
    ['pwd=abc&nbsp;x', 'pwd=<redacted>&nbsp;x'],
    ['pwd=abc eyJhbGciOiJub25lIn0.e30.x z', 'pwd=<redacted> <token> z'],
    ['token=eyJhbGciOiJub25lIn0.e30.x/rest z', 'token=<redacted> z'],
    ['&#x110000; pwd=abc', '&#x110000; pwd=<redacted>'],
    ['&#x10ffff; pwd=abc', '&#x10ffff; pwd=<redacted>'],
    ['eyJhbGciOiJub25lIn0.e30.x token=eyJhbGciOiJub25lIn0.e30.x z', '<token> token=<token> z'],
  ] as const) {
    it(`leaves what is beside a secret: ${text.slice(0, 40)}`, () => assert.equal(redact(text), expected));
  }

  const percent = (text: string): string => encodeURIComponent(text);
  const percentAll = (text: string): string =>
    Array.from(text, (each) => `%${each.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
  const json = (text: string): string => JSON.stringify(text).slice(1, -1);
  const dotNet = (text: string): string =>
    json(text.replace(/"/g, '\u0001'))
      .replaceAll('\\u0001', '\\u0022')
      .replace(/[&'<>+]/g, (each) => `\\u00${each.charCodeAt(0).toString(16).toUpperCase()}`);
  const html = (text: string): string =>
    text.replace(/[&<>"]/g, (each) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[each] ?? '&quot;');
  const htmlNumbers = (text: string): string =>
    text.replace(/[^\w .-]/g, (each) => `&#${each.charCodeAt(0)};`);
  const htmlHex = (text: string): string =>
    text.replace(/[^\w .-]/g, (each) => `&#x${each.charCodeAt(0).toString(16)};`);

  it('finds a secret in any of its forms, in any nesting of escapes', () => {
    const forms = [
      'https://h.example/c/b?sv=1&sig=@&se=2',
      'x?sig=@',
      '{"token": "@"}',
      '{"access_token":"@","b":1}',
      'https://h.example/#id_token=@&x=1',
      'grant_type=refresh_token&refresh_token=@',
      'client_secret=@&scope=x',
      'client_assertion=@',
      'https://user:@@h.example/p',
      'passphrase=@',
      '{"a":{"Password":"@"}}',
      'Authorization: Bearer @',
      'Authorization: Basic @',
      '<clientSecret>@</clientSecret>',
      'DefaultEndpointsProtocol=https;AccountKey=@;EndpointSuffix=x',
      'SharedAccessSignature=sv=1&sig=@',
      'x-ms-proxy-key: @',
      'Cookie: a=b; c=@',
      '-----BEGIN EC PRIVATE KEY-----\n@\n-----END EC PRIVATE KEY-----',
      'say eyJhbGciOiJub25lIn0.@.x now',
      '--client-secret "@"',
    ];
    const changes = fc.array(fc.constantFrom(percent, percentAll, json, dotNet, html, htmlNumbers, htmlHex), {
      maxLength: 5,
    });
    const secrets = fc.stringMatching(/^[A-Za-z0-9_-]{12,30}$/);
    fc.assert(
      fc.property(
        fc.constantFrom(...forms),
        secrets,
        changes,
        fc.boolean(),
        (form, secret, encodings, loud) => {
          const planted = loud ? form.toUpperCase().replace('EYJ', 'eyJ') : form;
          const plain = planted.replace('@', () => secret);
          const text = `before ${encodings.reduce((each, encode) => encode(each), plain)} after`;
          const hidden = encodings.reduce((each, encode) => encode(each), secret);
          const redacted = redact(text);
          assert.ok(!redacted.includes(secret) && !redacted.includes(hidden), `${text} → ${redacted}`);
          assert.ok(redacted.startsWith('before '));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('leaves most of ordinary text', () => {
    const words = fc.array(fc.constantFrom('GET', 'the', '/api/x?y=1', 'a=b', '"c": "d"', '%20', '&', '\\n'));
    fc.assert(fc.property(words, (parts) => assert.equal(redact(parts.join(' ')), parts.join(' '))));
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
    ['http://127.10.20.130/', true],
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
