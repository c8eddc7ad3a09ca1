/** How a result looks, for the page of the server and the script of the browser alike: pure, escapes everything. */
import { html } from 'ghtml'
import { PROBLEMS, type ProblemName } from '../http/problem-texts.ts'
import { checkLabel } from './check-labels.ts'
import { OUTCOME_HELP, OUTCOME_TITLES, REASON_TEXTS } from './reason-texts.ts'
import type { Check, Language, Outcome, VerificationResult, VerifiedCertificate } from './verification-result.ts'
import { formatDate, formatTaipeiTime, kindLabel, languageName, VIEW_TEXTS, type ViewText } from './view-texts.ts'

/** V, X and ! of E33, told apart by shape as well as by colour. */
const SYMBOLS: Readonly<Record<Outcome | 'none', string>> = {
  success: '<circle class="shape" cx="32" cy="32" r="29"/><path class="stroke" d="m19 33 9 9 18-20"/>',
  failure:
    '<path class="shape" d="M21 3h22l18 18v22L43 61H21L3 43V21z"/><path class="stroke" d="m22 22 20 20M42 22 22 42"/>',
  warning:
    '<path class="shape" d="M28.5 6.2a4 4 0 0 1 7 0l25 46.6a4 4 0 0 1-3.5 6H7a4 4 0 0 1-3.5-6z"/><path class="stroke" d="M32 23v16M32 48.5v.01"/>',
  none: '<circle class="shape" cx="32" cy="32" r="29"/><path class="stroke" d="M32 17v16l10 7"/>',
}

function symbol(of: Outcome | 'none'): string {
  return html`<svg class="symbol" viewBox="0 0 64 64" width="64" height="64" aria-hidden="true" focusable="false">
    !${SYMBOLS[of]}
  </svg>`
}

/** One of the three outcomes of E25, with the help of E27 or E28. */
export function resultView(result: VerificationResult, language: Language): string {
  const { outcome, reason, certificate } = result
  // A page that was loaded long ago may not know a reason added since.
  const words = Object.hasOwn(REASON_TEXTS, reason) ? REASON_TEXTS[reason] : undefined
  const help = OUTCOME_HELP[outcome]
  // What is not in force is not described: that would lend it credit.
  const shown = outcome === 'failure' ? null : certificate
  return html`<section class="result result-${outcome}" id="result" data-outcome="${outcome}" data-reason="${reason}"
    tabindex="-1" aria-labelledby="result-title">
    <div class="result-head">
      !${symbol(outcome)}
      <div>
        <h3 class="result-title" id="result-title">${OUTCOME_TITLES[outcome][language]}</h3>
        <p class="result-text">${result.message[language]}</p>
      </div>
    </div>
    <div class="result-body">
      !${words ? html`<p class="reason-title">${words.title[language]}</p><p>${words.explanation[language]}</p>` : ''}
      !${help ? html`<div class="help"><h4>${VIEW_TEXTS.whatToDo[language]}</h4><p>${help[language]}</p></div>` : ''}
      !${shown ? certificateFacts(shown, language) : ''}
      !${details(result, language)} !${registerTimes(result, language)}
    </div>
  </section>`
}

/** What went wrong with the request. Looks like none of the three outcomes, because it is none. */
export function noticeView(problem: ProblemName, language: Language): string {
  const { status, title, detail } = PROBLEMS[problem]
  const unanswered = status >= 500
  const head = unanswered ? VIEW_TEXTS.cannotVerify : VIEW_TEXTS.notAccepted
  const more = title[language] === head[language] ? '' : html`<p class="reason-title">${title[language]}</p>`
  return html`<section class="result result-none" id="result" data-problem="${problem}" tabindex="-1"
    aria-labelledby="result-title">
    <div class="result-head">
      !${symbol('none')}
      <div><h3 class="result-title" id="result-title">${head[language]}</h3></div>
    </div>
    <div class="result-body">
      !${more}
      <p>${detail[language]}</p>
      <p class="no-outcome">${VIEW_TEXTS.noOutcome[language]}</p>
    </div>
  </section>`
}

/** Number, kind, language, version, date and issuer: never a name (E31, E68). */
export function certificateFacts(certificate: VerifiedCertificate, language: Language): string {
  const facts: readonly (readonly [ViewText, string])[] = [
    ['number', certificate.number],
    ['kind', kindLabel(certificate.kind, language)],
    ['issuer', certificate.issuer[language]],
    ['issuedOn', formatDate(certificate.issuedOn, language)],
    ['language', languageName(certificate.language, language)],
    ['version', String(certificate.version)],
  ]
  const rows = facts.map(([key, value]) => html`<div><dt>${VIEW_TEXTS[key][language]}</dt><dd>${value}</dd></div>`)
  return html`<dl class="facts" aria-label="${VIEW_TEXTS.certificateFacts[language]}">!${rows}</dl>`
}

export function registerTimes({ asOf, verifiedAt }: VerificationResult, language: Language): string {
  const time = (key: 'asOf' | 'verifiedAt', instant: string) =>
    html`<div><dt>${VIEW_TEXTS[key][language]}</dt><dd><time datetime="${instant}">${formatTaipeiTime(instant, language)}</time></dd></div>`
  return html`<dl class="times">!${time('asOf', asOf)}!${time('verifiedAt', verifiedAt)}</dl>`
}

function details(result: VerificationResult, language: Language): string {
  const label = (key: ViewText) => VIEW_TEXTS[key][language]
  return html`<details class="checks">
    <summary>${label('checks')}</summary>
    <div class="table-wrap" tabindex="0" role="group" aria-label="${label('checks')}"><table>
      <thead><tr><th scope="col">${label('check')}</th><th scope="col">${label('checkOutcome')}</th><th scope="col">${label('checkDetail')}</th></tr></thead>
      <tbody>!${result.checks.map((check) => checkRow(check, language))}</tbody>
    </table></div>
    <dl class="technical">
      <div><dt>${label('reasonCode')}</dt><dd><code>${result.reason}</code></dd></div>
      <div><dt>${label('fingerprint')}</dt><dd><code>${result.fingerprint}</code></dd></div>
    </dl>
  </details>`
}

function checkRow({ name, passed, detail }: Check, language: Language): string {
  const [word, tone]: [ViewText, string] =
    passed === null ? ['notApplicable', 'na'] : passed ? ['passed', 'yes'] : ['notPassed', 'no']
  return html`<tr>
    <th scope="row">${checkLabel(name, language)}</th>
    <td class="check-${tone}">${VIEW_TEXTS[word][language]}</td>
    <td lang="en">${detail}</td>
  </tr>`
}
