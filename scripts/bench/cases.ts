import { type ApprovedCase, RANKS } from '../../src/approvals/approved-case.ts'

const SURNAMES = '陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴'
const GIVEN =
  '家豪志明俊傑建宏承翰冠宇宗翰淑芬雅婷怡君美玲佳穎詩涵郁雯欣怡麗華秀英惠雅筑柏翰彥廷哲瑋冠廷信宏育誠品睿宥廷語彤子晴思妤羽彤苡晨心怡宜庭凱文國榮文雄金龍春嬌月娥素貞玉蘭瑞昌坤山清泉永福正雄孟儒書豪奕辰采潔芷瑄品妍昱翔聖恩佑軒瀚元亭均佩珊婉如靜宜慧敏嘉玲煥章鴻儒敬堯維倫啟賢德勝堃喆煊栢峯綉'
const SCHOOLS = ['國立玉藻大學', '凌網大學', '青潭科技大學', '國立臺灣東部海岸山脈科技大學', '私立長榮花藝設計學院']
const CATEGORIES = ['專門著作-學術', '學位', '作品', '成就證明', '技術報告', null]

/** Cases without end, always the same ones: names as they are in Taiwan, drawn by a small seeded generator. */
export function* benchCases(seed: number): Generator<ApprovedCase, never> {
  let state = seed
  // A linear congruential generator (Numerical Recipes) is good enough to draw names.
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const pick = <T>(from: ArrayLike<T>): T => from[below(from.length)] as T
  for (let i = 0; ; i++) {
    const given = pick(GIVEN) + (below(10) === 0 ? '' : pick(GIVEN))
    yield {
      documentNumber: `11${below(5)}${String(below(10_000_000)).padStart(7, '0')}`,
      number: String(100_000 + i),
      rank: pick(RANKS),
      name: pick(SURNAMES) + given,
      idNumber: idNumber(below),
      birthDate: `19${50 + below(45)}-0${1 + below(9)}-${10 + below(18)}`,
      sex: below(2) === 0 ? 'male' : 'female',
      schoolCode: '9995',
      school: pick(SCHOOLS),
      seniorityFrom: `20${14 + below(12)}-0${below(2) === 0 ? 2 : 8}`,
      issuedOn: `20${15 + below(11)}-0${1 + below(9)}-${10 + below(18)}`,
      category: pick(CATEGORIES),
      result: '審定通過',
      supportsElectronic: true,
      nameEn: null,
      schoolEn: null,
      email: null,
    }
  }
}

/** A national ID number whose check digit is right. */
function idNumber(below: (limit: number) => number): string {
  const body = `${1 + below(2)}${String(below(10_000_000)).padStart(7, '0')}`
  // A stands for 10: 1·1 + 0·9.
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (8 - i), 1)
  return `A${body}${(10 - (sum % 10)) % 10}`
}
