/** Stands in for react-markdown and remark-gfm: <BlockView> never hands a markdown block to the library. */
export default function NoMarkdown(): null {
  return null;
}
