import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { flood } from '../runtime/approvals/flood';
import { launchBrowser } from './chromium';
import { DeskServer } from './desk-server';
import { LiveWorld } from './live-world';

let browser: Browser;
let server: DeskServer;
let world: LiveWorld;
let calls = 0;
const contexts: BrowserContext[] = [];
/** What a browser complained about: a script or style that the policy blocked, or an error of the page. */
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  server = await DeskServer.start(await LiveWorld.begin());
});

beforeEach(async () => {
  world = await LiveWorld.begin();
  server.world = world;
  server.seen.length = 0;
  complaints.length = 0;
});

afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function newPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext(options);
  contexts.push(context);
  // The provider's development page asks for a font from outside.
  await context.route(/^https:/, (route) => route.abort());
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && page.url().startsWith(server.url) && !/status of \d{3}/.test(text)) {
      complaints.push(text);
    }
  });
  return page;
}

/** Signs in by clicks, in a browser of its own. */
async function signIn(name: string, path = '/', options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const page = await newPage(options);
  await page.goto(`${server.url}${path}`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await enterName(page, name);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}

async function enterName(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('x');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** A request that waits for a person. */
function wait(args: Record<string, string | number> = { id: 'T-1', cents: 500 }, tool = 'refund'): Promise<string> {
  return world.wait(args, `browser-${++calls}`, tool);
}

const approveButton = (page: Page) => page.getByRole('button', { name: 'Approve …' });
const posts = () => server.seen.filter(({ method, path }) => method === 'POST' && path.endsWith('/decision'));

async function hasFocus(locator: Locator): Promise<boolean> {
  return (await locator.and(locator.page().locator(':focus')).count()) === 1;
}

async function approve(page: Page): Promise<void> {
  await approveButton(page).click();
  await page.getByRole('button', { name: 'Yes, approve exactly this' }).click();
}

describe('deciding', () => {
  test('a person signs in, reads the exact bytes, and approves by two clicks', async () => {
    const requestId = await wait();
    const page = await signIn('maria');
    await page.getByRole('link', { name: /refund/ }).click();
    await page.getByText('Refund ticket T-1 of Ann').waitFor();
    await page.getByText('name not verified').waitFor();
    await approveButton(page).click();
    expect((await world.request(requestId)).status).toBe('PENDING');
    await page.getByRole('button', { name: 'Yes, approve exactly this' }).click();
    await page.getByText('the call runs once').first().waitFor();
    await world.settle();
    expect(world.reached).toEqual([{ id: 'T-1', cents: 500 }]);
    const decision = world.entries(requestId).find(({ type }) => type === 'decision');
    expect(decision?.actor).toBe(`person/${server.issuer}#maria`);
  });

  test('a person denies with a reason, and the call never runs', async () => {
    const requestId = await wait();
    const page = await signIn('maria', `/requests/${requestId}`);
    await page.getByRole('button', { name: 'Deny …' }).click();
    await page.getByLabel(/Reason/).fill('Not this customer');
    await page.getByRole('button', { name: 'Yes, deny' }).click();
    await page.getByText('the call never runs').first().waitFor();
    await world.settle();
    expect(world.reached).toEqual([]);
    expect(JSON.parse(posts()[0]?.body ?? '')).toMatchObject({ decision: 'DENIED', reason: 'Not this customer' });
  });

  test('two people must approve, and the one who the session runs for may not', async () => {
    const requestId = await wait({ to: 'ann@example.com', text: 'two-person' }, 'send_secret');
    const maria = await signIn('maria', `/requests/${requestId}`);
    await maria.getByText('0 of 2 people approved').waitFor();
    await approve(maria);
    await maria.getByText('1 of 2 people approved').waitFor();
    expect(world.reached).toEqual([]);
    // Once more by the same person counts for nothing.
    await approve(maria);
    await maria.locator('dialog[open]').waitFor({ state: 'hidden' });
    await maria.getByText('1 of 2 people approved').waitFor();
    const ann = await signIn('ann', `/requests/${requestId}`);
    await approve(ann);
    await ann.getByText('The session runs for you').first().waitFor();
    const paul = await signIn('paul', `/requests/${requestId}`);
    await paul.getByText('Maria Ortiz').waitFor();
    await approve(paul);
    await paul.getByText('the call runs once').first().waitFor();
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  test('a denial of all calls alike reaches the deciding function', async () => {
    await wait({ to: 'ann@example.com' }, 'send_letter');
    const page = await signIn('maria');
    await page.getByRole('link', { name: /send_letter/ }).click();
    await page.getByRole('button', { name: 'Deny …' }).click();
    await page.getByLabel(/all calls like this one/).check();
    await page.getByRole('button', { name: 'Yes, deny' }).click();
    await page.locator('.outcome').waitFor();
    expect(JSON.parse(posts()[0]?.body ?? '')).toMatchObject({ decision: 'DENIED', alike: true, confirmed: true });
    const again = await world.ask({ to: 'ann@example.com', text: 'other' }, `browser-${++calls}`, 'send_letter');
    expect(again).toMatchObject({ status: 'denied', code: 'RECENTLY_REFUSED' });
  });

  test('a call without targets can’t be denied with all alike, because only the same bytes are', async () => {
    await wait({ text: 'x' }, 'file_report');
    const page = await signIn('maria');
    await page.getByRole('link', { name: /file_report/ }).click();
    await page.getByRole('button', { name: 'Deny …' }).click();
    await page.getByRole('button', { name: 'Yes, deny' }).waitFor();
    expect(await page.getByLabel(/all calls like this one/).count()).toBe(0);
  });

  test('a call like one that was refused shows what differs', async () => {
    const first = await wait({ to: 'ann@example.com', text: 'one' }, 'send_letter');
    const page = await signIn('maria', `/requests/${first}`);
    await page.getByRole('button', { name: 'Deny …' }).click();
    await page.getByLabel(/Reason/).fill('wrong text');
    await page.getByRole('button', { name: 'Yes, deny' }).click();
    await page.locator('.outcome').waitFor();
    await world.settle();
    const second = await wait({ to: 'ann@example.com', text: 'two' }, 'send_letter');
    await page.goto(`${server.url}/requests/${second}`);
    const before = page.getByLabel('Refused before');
    await before.waitFor();
    expect(await before.textContent()).toMatch(
      /refused a call like this one[\s\S]*wrong text[\s\S]*\/text: "one" → "two"/,
    );
  });

  test('everything works by keyboard alone', async () => {
    await wait();
    const page = await signIn('maria');
    const link = page.getByRole('link', { name: /refund/ });
    await link.waitFor();
    for (let i = 0; i < 10 && !(await hasFocus(link)); i++) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await approveButton(page).waitFor();
    const pressOn = async (name: string) => {
      const button = page.getByRole('button', { name });
      for (let i = 0; i < 20 && !(await hasFocus(button)); i++) {
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
    };
    await pressOn('Approve …');
    // The dialog's safe button has the focus: Enter alone approves nothing.
    await page.keyboard.press('Enter');
    expect(posts()).toEqual([]);
    await pressOn('Approve …');
    await pressOn('Yes, approve exactly this');
    await page.getByText('the call runs once').first().waitFor();
  });

  test('a new request appears, and a decided one goes, without a click', async () => {
    const page = await signIn('maria');
    await page.getByText('Nothing waits for a decision.').waitFor();
    await wait();
    await page.getByRole('link', { name: /refund/ }).click();
    const other = await signIn('paul', new URL(page.url()).pathname.slice('/desk'.length));
    await approve(other);
    await page.getByText('There is nothing left to decide.').waitFor();
    expect(await approveButton(page).count()).toBe(0);
  });

  test('of 10,000 requests that wait, the most urgent are listed, and can be decided', async () => {
    const requestId = await wait();
    await flood(world, requestId, 10_000);
    const page = await signIn('maria', '/');
    const queue = page.getByRole('navigation', { name: 'Waiting requests' });
    await queue.getByRole('heading', { name: 'Over 100 waiting' }).waitFor();
    expect(await queue.getByRole('listitem').count()).toBe(100);
    await queue.getByText('More requests wait, and are listed as these are decided').waitFor();
    await queue.getByRole('link').first().click();
    await approve(page);
    await page.getByText('Approved: the call runs once').first().waitFor();
  });

  test('two tabs that race decide once, and the loser is told', async () => {
    const requestId = await wait();
    const [maria, paul] = await Promise.all([
      signIn('maria', `/requests/${requestId}`),
      signIn('paul', `/requests/${requestId}`),
    ]);
    await maria.getByRole('button', { name: 'Deny …' }).click();
    await approveButton(paul).click();
    await Promise.all([
      maria.getByRole('button', { name: 'Yes, deny' }).click(),
      paul.getByRole('button', { name: 'Yes, approve exactly this' }).click(),
    ]);
    await Promise.all([maria, paul].map((page) => page.locator('.decision [role=status]').first().waitFor()));
    const words = await Promise.all([maria, paul].map((page) => page.locator('.decision').textContent()));
    expect(words.filter((text) => /came first|Another person|already/i.test(text ?? ''))).toHaveLength(1);
    expect(world.entries(requestId).filter(({ type }) => type === 'decision')).toHaveLength(1);
  });

  test('the time runs out on the screen', async () => {
    const requestId = await wait();
    const page = await signIn('maria', `/requests/${requestId}`);
    await approveButton(page).waitFor();
    expect(await page.locator('article .countdown').textContent()).toMatch(/^29 min \d\d s left$/);
    world.ahead += 1800_000;
    await page.getByText('The time to decide is over').first().waitFor();
    expect(await approveButton(page).count()).toBe(0);
  });
});

describe('what a hostile agent writes', () => {
  test('hidden and foreign characters are shown, and HTML stays text', async () => {
    const requestId = await wait(
      { to: 'ann@ex\u0430mple.com\u200b', customerName: 'Müller', text: '<img src=x onerror=alert(1)>\u202egpj.exe' },
      'send_letter',
    );
    const page = await signIn('maria', `/requests/${requestId}`);
    await approveButton(page).waitFor();
    const to = page.locator('.field.target');
    expect(await to.locator('mark.hidden').allTextContents()).toEqual(['U+200B']);
    expect(await to.locator('mark.foreign').allTextContents()).toEqual(['\u0430']);
    const name = page.locator('.field', { hasText: '/customerName' });
    expect(await name.locator('mark.foreign').allTextContents()).toEqual(['ü']);
    const text = page.locator('.field', { hasText: '/text' });
    expect(await text.textContent()).toContain('<img src=x onerror=alert(1)>');
    expect(await text.locator('mark.hidden').allTextContents()).toEqual(['U+202E']);
    expect(await page.locator('article img, article script').count()).toBe(0);
    expect(await page.getByLabel('Warnings').textContent()).toMatch(/several alphabets/);
  });

  test('letters from right to left don’t move the numbers beside them, and stacked marks cover no other field', async () => {
    const args = { to: 'ann@example.com', customerName: '\u05d0\u05d1 111 222', text: `a${'\u0301\u0323'.repeat(50)}` };
    const requestId = await wait(args, 'send_letter');
    const page = await signIn('maria', `/requests/${requestId}`);
    await approveButton(page).waitFor();
    const left = (wanted: string) =>
      page.evaluate<number>(`(() => {
        const walker = document.createTreeWalker(document.querySelector('.fields'), NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const at = node.textContent.indexOf('${wanted}');
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 3);
          return range.getBoundingClientRect().left;
        }
      })()`);
    const [first, second] = [await left('111'), await left('222')];
    expect(first).toBeLessThan(second);
    expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.field dd')).overflowY")).toBe('clip');
  });

  test('200 KB must be unfolded before the call can be approved', async () => {
    const requestId = await wait({ to: 'ann@example.com', text: `${'x'.repeat(200_000)} END` }, 'send_letter');
    const page = await signIn('maria', `/requests/${requestId}`);
    await page.getByText('still folded').waitFor();
    expect(await approveButton(page).isDisabled()).toBe(true);
    expect(await page.locator('.fields').textContent()).not.toContain('END');
    await page.getByRole('button', { name: /Unfold \/text/ }).click();
    expect(await page.locator('.fields').textContent()).toContain('END');
    await approve(page);
    await page.getByText('the call runs once').first().waitFor();
  });

  test('bytes that aren’t those of the digest can’t be approved', async () => {
    const requestId = await wait();
    const page = await newPage();
    await page.route(/\/api\/requests\/[^/]+$/, async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      await route.fulfill({ response, body: text.replaceAll('\\"cents\\":500', '\\"cents\\":5') });
    });
    await page.goto(`${server.url}/requests/${requestId}`);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await enterName(page, 'maria');
    await page.getByText('This page hashed the arguments').waitFor();
    expect(await approveButton(page).isDisabled()).toBe(true);
  });
});

describe('what isn’t a person’s decision', () => {
  test('opening, prefetching and posting from elsewhere change nothing', async () => {
    const requestId = await wait();
    const page = await signIn('maria', `/requests/${requestId}`);
    await approveButton(page).waitFor();
    const before = JSON.stringify([...world.table.items.entries()].filter(([key]) => !key.startsWith('DESK#')));
    const address = `${server.url}/api/requests/${requestId}/decision`;
    const get = await page.request.get(address, { headers: { 'sec-purpose': 'prefetch' } });
    expect(get.status()).toBe(404);
    const ahead = await page.request.get(`${server.url}/sign-in`, { headers: { 'sec-purpose': 'prefetch' } });
    expect(ahead.status()).toBe(503);
    const body = { v: 1, decision: 'APPROVED', digest: (await world.request(requestId)).digest, confirmed: true };
    const { antiForgery } = (await (await page.request.get(`${server.url}/api/session`)).json()) as {
      antiForgery: string;
    };
    const send = (headers: Record<string, string>, data: unknown = body) =>
      page.request.post(address, { data: JSON.stringify(data), headers });
    const { origin } = new URL(server.url);
    const good = { 'content-type': 'application/json', origin, 'x-desk-anti-forgery': antiForgery };
    expect((await send({ ...good, 'x-desk-anti-forgery': 'x'.repeat(43) })).status()).toBe(403);
    expect((await send({ ...good, origin: 'https://evil.example' })).status()).toBe(403);
    expect((await send({ ...good, 'sec-fetch-site': 'cross-site' })).status()).toBe(403);
    expect((await send({ ...good, 'content-type': 'text/plain' })).status()).toBe(415);
    expect((await send(good, { ...body, confirmed: false })).status()).toBe(400);
    expect((await send(good, { ...body, digest: '0'.repeat(64) })).status()).toBe(409);
    const after = JSON.stringify([...world.table.items.entries()].filter(([key]) => !key.startsWith('DESK#')));
    expect(after).toBe(before);
  });

  test('a POST that is sent again decides nothing twice', async () => {
    const requestId = await wait();
    const page = await signIn('maria', `/requests/${requestId}`);
    await approve(page);
    await page.getByText('the call runs once').first().waitFor();
    await world.settle();
    const [sent] = posts();
    const again = await page.request.post(`${server.url}${sent?.path}`, {
      data: sent?.body,
      headers: {
        origin: new URL(server.url).origin,
        'content-type': 'application/json',
        'x-desk-anti-forgery': sent?.headers['x-desk-anti-forgery'] ?? '',
      },
    });
    expect(again.status()).toBe(409);
    expect(world.reached).toHaveLength(1);
    expect(world.entries(requestId).filter(({ type }) => type === 'decision')).toHaveLength(1);
  });

  test('a page of another site can’t send a decision', async () => {
    const requestId = await wait();
    const page = await signIn('maria', `/requests/${requestId}`);
    await approveButton(page).waitFor();
    const evil = await page.context().newPage();
    const { digest } = await world.request(requestId);
    await evil.goto(`${server.issuer}/.well-known/openid-configuration`);
    await evil.evaluate(
      ([address, sent]) =>
        fetch(address ?? '', { method: 'POST', credentials: 'include', mode: 'no-cors', body: sent }).catch(() => {}),
      [
        `${server.url}/api/requests/${requestId}/decision`,
        JSON.stringify({ v: 1, decision: 'APPROVED', digest, confirmed: true }),
      ],
    );
    expect((await world.request(requestId)).status).toBe('PENDING');
    await evil.close();
  });
});

describe('who may see what', () => {
  test('a stranger signs in and is told that it isn’t for him', async () => {
    const requestId = await wait();
    const page = await signIn('eve', `/requests/${requestId}`);
    await page.getByText('in none of the groups').first().waitFor();
    expect(await page.getByText('/cents').count()).toBe(0);
  });

  test('unknown, decided and expired requests say so in plain words', async () => {
    const page = await signIn('maria', '/requests/r-unknown');
    await page.getByText('No request of this id has waited').waitFor();
    const requestId = await wait();
    await page.goto(`${server.url}/requests/${requestId}`);
    await page.getByRole('button', { name: 'Deny …' }).click();
    await page.getByRole('button', { name: 'Yes, deny' }).click();
    await page.locator('.outcome').waitFor();
    await world.settle();
    await page.reload();
    await page.getByText('There is nothing left to decide').waitFor();
  });

  test('a session ends by signing out, by time, and nobody sees anything without one', async () => {
    await wait();
    const page = await signIn('maria');
    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === '__Host-desk-session')).toMatchObject({
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
    });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await page.context().addCookies(cookies);
    expect((await page.request.get(`${server.url}/api/requests`)).status()).toBe(401);
    const other = await signIn('paul');
    world.ahead += 3601_000;
    expect((await other.request.get(`${server.url}/api/requests`)).status()).toBe(401);
  });

  test('a callback without the browser’s own sign-in, or with a code that was used, signs nobody in', async () => {
    const page = await newPage();
    const callbacks: string[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(`${server.url}/callback`)) callbacks.push(request.url());
    });
    await page.goto(`${server.url}/sign-in`);
    await enterName(page, 'maria');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const other = await newPage();
    await other.goto(callbacks[0] ?? '');
    await other.getByText('begun in another browser').waitFor();
    expect((await other.request.get(`${server.url}/api/session`)).status()).toBe(401);
  });
});

describe('everybody can use it', () => {
  const views = [
    ['desktop', 'light', { width: 1280, height: 800 }],
    ['desktop', 'dark', { width: 1280, height: 800 }],
    ['phone', 'light', { width: 390, height: 844 }],
    ['phone', 'dark', { width: 390, height: 844 }],
  ] as const;

  test.each(views)('on a %s in %s', async (device, colorScheme, viewport) => {
    const requestId = await wait(
      { to: 'ann@ex\u0430mple.com', customerName: 'Ann Lee', text: 'Dear Ann' },
      'send_letter',
    );
    await wait();
    const page = await signIn('maria', `/requests/${requestId}`, { viewport, colorScheme });
    await approveButton(page).waitFor();
    const shoot = async (name: string) => {
      const { SCREENSHOTS: folder } = process.env;
      if (folder) await page.screenshot({ path: `${folder}/desk-${device}-${colorScheme}${name}.png` });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    };
    await shoot('');
    await page.getByRole('button', { name: 'Deny …' }).click();
    await shoot('-deny');
    await page.getByRole('button', { name: 'Back' }).click();
    await approveButton(page).click();
    await shoot('-approve');
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(wide).toBeLessThanOrEqual(0);
  });
});
