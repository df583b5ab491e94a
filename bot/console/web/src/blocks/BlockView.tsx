/** Slack's blocks: text by the library, what people use by our own elements. */
import { memo, useMemo, type ReactNode } from "react";
import type { Block, Element, TextObject } from "../types";
import { Guard } from "../ui/Guard";
import { ActionElement } from "./ActionElement";
import { ImageView } from "./ImageView";
import { InputBlock } from "./InputBlock";
import { LibraryBlocks } from "./RichText";
import { TextView } from "./TextView";
import { plainText } from "./plain";
import { mrkdwnParts } from "./mrkdwn";

const BY_LIBRARY = new Set(["rich_text", "divider", "table"]);

/** Neighbours that the library draws go to it together. */
export const Blocks = memo(function Blocks({ blocks }: { blocks: Block[] }) {
  const groups = useMemo(() => {
    const made: Block[][] = [];
    for (const block of blocks) {
      const last = made.at(-1)?.[0];
      if (last && BY_LIBRARY.has(last.type) && BY_LIBRARY.has(block.type)) made.at(-1)?.push(block);
      else made.push([block]);
    }
    return made;
  }, [blocks]);
  return (
    <div className="blocks">
      {groups.map((group, number) => (
        <Guard key={group[0]?.block_id ?? number}>
          <Group blocks={group} number={number} />
        </Guard>
      ))}
    </div>
  );
});

function Group({ blocks, number }: { blocks: Block[]; number: number }) {
  const first = blocks[0];
  if (!first) return null;
  if (BY_LIBRARY.has(first.type)) return <LibraryBlocks blocks={blocks.map(readable)} />;
  return <Own block={first} id={first.block_id ?? `b${number}`} />;
}

/** Cells of plain text as rich text: the library would read markup in them. */
function readable(block: Block): Block {
  if (block.type !== "table" || !Array.isArray(block.rows)) return block;
  const cell = (held: { type?: string; text?: string }) =>
    held.type === "raw_text"
      ? {
          type: "rich_text",
          elements: [{ type: "rich_text_section", elements: [{ type: "text", text: held.text || " " }] }],
        }
      : held;
  return { ...block, rows: block.rows.map((row) => (row as { type?: string }[]).map(cell)) };
}

function Own({ block, id }: { block: Block; id: string }): ReactNode {
  switch (block.type) {
    case "header":
      return <h2 className="block-header">{plainText(block.text)}</h2>;
    case "section":
      return <Section block={block} id={id} />;
    case "context":
      return <Context elements={(block.elements ?? []) as (Element | TextObject)[]} />;
    case "actions":
      return (
        <div className="block-actions" role="group">
          {((block.elements ?? []) as Element[]).map((element, number) => (
            <ActionElement key={element.action_id ?? number} element={element} blockId={id} />
          ))}
        </div>
      );
    case "image":
      return <ImageView holder={block} {...(block.title ? { title: plainText(block.title) } : {})} />;
    case "input":
      return <InputBlock block={block} id={id} />;
    default:
      return <p className="unknown">A block of type “{block.type}” is not shown in this console.</p>;
  }
}

function Section({ block, id }: { block: Block; id: string }) {
  return (
    <div className="block-section">
      <div className="block-section-text">
        {block.text && <TextView text={block.text} />}
        {block.fields && (
          <div className="block-fields">
            {block.fields.map((field, number) => (
              <TextView key={number} text={field} />
            ))}
          </div>
        )}
      </div>
      {block.accessory && (
        <div className="block-accessory">
          <ActionElement element={block.accessory} blockId={id} />
        </div>
      )}
    </div>
  );
}

function Context({ elements }: { elements: (Element | TextObject)[] }) {
  return (
    <div className="block-context">
      {elements.map((element, number) =>
        element.type === "image" ? (
          <ImageView key={number} holder={element as Element} small />
        ) : (
          <TextView key={number} text={element as TextObject} />
        ),
      )}
    </div>
  );
}

/** A message's text where it has no blocks. */
export function MrkdwnView({ text }: { text: string }) {
  const block = useMemo(() => ({ type: "rich_text", elements: mrkdwnParts(text) }), [text]);
  if (!block.elements.length) return null;
  return (
    <div className="blocks">
      <Guard>
        <LibraryBlocks blocks={[block]} />
      </Guard>
    </div>
  );
}
