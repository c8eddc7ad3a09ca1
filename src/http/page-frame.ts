import { html } from 'ghtml'
import type { Language } from '../verification/verification-result.ts'
import { FRAME_TEXTS } from './frame-texts.ts'

export type PageFrame = {
  readonly language: Language
  readonly title: string
  /** HTML of the page's own part */
  readonly main: string
  readonly demo: boolean
  readonly robots?: 'noindex'
}

/** Where the style sheet and the verifier lie; the verifier's site serves them. */
export const VERIFIER_PATH = '/verify'

/** `data-t` names the text, so that the verifier's script can change the language in place. */
function text(key: keyof typeof FRAME_TEXTS, language: Language): string {
  return html`<span data-t="${key}">${FRAME_TEXTS[key][language]}</span>`
}

/** A sheet with a check mark: our own drawing, not the ministry's emblem. */
const EMBLEM = `<svg class="emblem" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false"><path class="emblem-sheet" d="M11 4h18l9 9v31H11z"/><path class="emblem-fold" d="M29 4v9h9"/><path class="emblem-line" d="M17 19h15M17 25h15"/><circle class="emblem-seal" cx="31" cy="35" r="9"/><path class="emblem-check" d="m26.8 35.2 3 3 5.4-6"/></svg>`

export function pageHeader(language: Language, demo: boolean, home: string): string {
  const other = (code: Language, name: string) =>
    html`<a
      href="?lang=${code}"
      lang="${code}"
      hreflang="${code}"
      data-language="${code}"
      !${code === language ? 'aria-current="true"' : ''}
      >${name}</a
    >`
  return html`<a class="skip" href="#main">!${text('skip', language)}</a>
    <header class="site-header">
      <div class="site-header-inner">
        <a class="brand" href="${home}">
          !${EMBLEM}
          <span class="brand-words">
            <span class="brand-title">!${text('siteTitle', language)}</span>
            <span class="brand-subtitle">!${text('siteSubtitle', language)}</span>
          </span>
        </a>
        !${demo ? html`<span class="demo-badge">!${text('demoBadge', language)}</span>` : ''}
        <nav class="languages" aria-label="${FRAME_TEXTS.languageSwitch[language]}" data-t-label="languageSwitch">
          !${other('zh-TW', '中文')} !${other('en', 'English')}
        </nav>
      </div>
    </header>`
}

export function pageFooter(language: Language, demo: boolean): string {
  return html`<footer class="site-footer">
    <div class="site-footer-inner">
      !${demo ? html`<p class="demo-note">!${text('demoNote', language)}</p>` : ''}
      <p>!${text('privacyNote', language)}</p>
    </div>
  </footer>`
}

/** A whole page that needs no script. */
export function pageFrame({ language, title, main, demo, robots }: PageFrame): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
!${robots ? html`<meta name="robots" content="${robots}">` : ''}
<title>${title}</title>
<link rel="icon" href="${VERIFIER_PATH}/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${VERIFIER_PATH}/verifier.css">
</head>
<body>
!${pageHeader(language, demo, `${VERIFIER_PATH}?lang=${language}`)}
<main id="main" tabindex="-1">
!${main}
</main>
!${pageFooter(language, demo)}
</body>
</html>
`
}
