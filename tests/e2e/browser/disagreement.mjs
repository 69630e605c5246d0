// Two phones write different numbers into one field without network; one person settles it, both
// phones and the office see who; the choice is taken back and made again.
import { answered, look, lookInBoth, must, until } from './harness.mjs';

const FIELD = 'beneficiaries';
const SHOWN = { first: /1\s?240/, second: /1\s?420/ };

/** Types a number into the field of the project's page, as a person does, and leaves it. */
async function write({ page, field }, project, number) {
  await page.goto(field + project);
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/champ')
    && !answer.request().postData()?.includes('frappe') && answer.ok());
  await page.fill(`#i-${FIELD}`, number);
  await page.press(`#i-${FIELD}`, 'Tab');
  await kept;
}

/** The texts of the values of the open disagreement about the field, with who wrote each. */
async function sides({ page, field }) {
  await page.goto(`${field}/a-departager`);
  return page.$$eval('.card.disputed .side', (all) => all.map((one) => one.innerText));
}

const holds = (texts, pattern) => texts.some((text) => pattern.test(text));

export async function disagree({ first, second, large, office, project, link, sendNow, step }) {
  const both = [first, second];
  const exchange = async (one) => sendNow(one.page, one.field);
  const agree = async (what, check) => {
    for (const one of both) {
      await until(`${what}, on the phone of ${one.name}`, async () => {
        await exchange(one);
        return check(await sides(one), one);
      });
    }
  };
  const value = async ({ page, field }) => {
    await page.goto(field + project);
    return page.inputValue(`#i-${FIELD}`);
  };

  await link.order('off');
  await write(first, project, '1240');
  await write(second, project, '1 420');
  must(await value(first) === '1240', 'the first phone lost its number');
  must(await value(second) === '1420', 'the second phone lost its number');
  await link.order('lan');
  await agree('both values', (texts) => holds(texts, SHOWN.first) && holds(texts, SHOWN.second));
  for (const one of both) {
    const texts = await sides(one);
    must(texts.length === 2, `${texts.length} values to choose from`);
    const other = both.find((who) => who !== one);
    must(holds(texts, /^Moi$/m) && texts.some((text) => text.includes(other.name)), `a value without its author: ${texts}`);
    must(texts.every((text) => /\d{1,2}\s?[h:]\s?\d{2}/.test(text)), `a value without its time: ${texts}`);
  }
  await lookInBoth(first.page, first.field, '/a-departager', 'phone-disagreement');
  await lookInBoth(first.page, first.field, project, 'phone-project-disputed');
  await lookInBoth(first.page, first.field, '/a-faire', 'phone-todo-disagreement');
  for (const language of ['ar', 'fr']) {
    await large.goto(`${office}/`);
    await large.click(`form[action="/langue"] button[value="${language}"]`).catch(() => {});
    await large.goto(`${office}/a-departager`);
    const text = await large.innerText('main');
    must(SHOWN.first.test(text) && SHOWN.second.test(text), 'the office does not show both values');
    must(both.every((one) => text.includes(one.name)), 'the office does not say who wrote them');
    await look(large, `office-disagreement-${language}`);
  }

  step('10. one person taps, both agree');
  await sides(second);
  const tapped = second.page.locator('.side', { hasText: SHOWN.first }).locator('button[name="choix"]');
  await answered(second.page, `${project}/departager`, () => tapped.click());
  await until('the tap', async () => (await sides(second)).length === 0);
  await agree('nothing left to settle', (texts) => texts.length === 0);
  for (const one of both) must(await value(one) === '1240', `${one.name} does not see what was chosen`);
  const chooser = async (number, who) => {
    await until('the office shows who chose', async () => {
      await large.goto(`${office}${project}/historique`);
      const entry = large.locator('.trail li').filter({ hasText: number }).first();
      return (await entry.innerText()).includes(who.name);
    });
  };
  await chooser(SHOWN.first, second);
  await look(large, 'office-history-settled-fr');
  await large.goto(`${office}/a-departager`);
  must(!(await large.innerText('main')).includes(first.name), 'the office still shows the disagreement');

  step('11. the choice is taken back: the other value, from the history');
  await second.page.goto(`${second.field}${project}#historique`);
  await look(second.page, 'phone-history-settled-fr');
  const instead = second.page.locator('.history form[action$="/rechoisir"] button').filter({ hasText: SHOWN.second }).first();
  await answered(second.page, `${project}/rechoisir`, () => instead.click());
  await until('the other value here', async () => await value(second) === '1420');
  await exchange(second);
  for (const one of both) {
    await until(`the other value on the phone of ${one.name}`, async () => {
      await exchange(one);
      return await value(one) === '1420';
    });
    must((await sides(one)).length === 0, `${one.name} is asked again`);
  }
  await chooser(SHOWN.second, second);
  await look(large, 'office-history-taken-back-fr');
}
