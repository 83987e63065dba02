import { useState } from "react";
import type { Json } from "../protocol.js";
import { textAt } from "./kit.js";
import { found, type Order, pageOf, type Row, rowsOf, sorted, wordsOf } from "./rows.js";
import { Shown } from "./shown.js";
import { plural } from "./words.js";

/** A data table as Slack shows one: sorted by any column, searched, and read page by page. */
export function DataTable({ block }: { readonly block: Json }) {
  const [order, setOrder] = useState<Order>();
  const [wanted, setWanted] = useState("");
  const [turned, turnTo] = useState(0);
  const [header = [], ...all] = rowsOf(block);
  const matching = found(all, wanted);
  const { pages, page, rows } = pageOf(block, sorted(matching, order), turned);
  const caption = textAt(block, "caption");
  return (
    <div className="data-table">
      <div className="sideways">
        <table>
          <caption>{caption}</caption>
          <Header first={all[0] ?? []} header={header} onOrder={setOrder} order={order} />
          <tbody>
            {rows.map((row) => (
              <tr key={all.indexOf(row)}>
                <Cells named={Number(block.row_header_column_index ?? 0)} row={row} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="turning">
        <input
          aria-label={`Search in ${caption}`}
          onChange={({ target }) => setWanted(target.value)}
          placeholder="Search"
          type="text"
          value={wanted}
        />
        <button className="kit" disabled={page === 0} onClick={() => turnTo(page - 1)} type="button">
          Previous
        </button>
        <button className="kit" disabled={page >= pages - 1} onClick={() => turnTo(page + 1)} type="button">
          Next
        </button>
        <span className="faint" role="status">
          page {page + 1} of {pages}, {plural(matching.length, "row")}
        </span>
      </div>
    </div>
  );
}

interface HeaderProps {
  readonly header: Row;
  /** The row under it: headings stand where their numbers stand. */
  readonly first: Row;
  readonly order: Order | undefined;
  readonly onOrder: (order: Order) => void;
}

function Header({ header, first, order, onOrder }: HeaderProps) {
  return (
    <thead>
      <tr>
        {header.map((cell, column) => {
          // Two columns may have one name.
          const key = `${column}`;
          const isOrdered = order?.column === column;
          const descending = isOrdered && !order.descending;
          return (
            <th
              aria-sort={!isOrdered ? "none" : order.descending ? "descending" : "ascending"}
              className={alignOf(first[column])}
              key={key}
              scope="col"
            >
              <button className="quiet" onClick={() => onOrder({ column, descending })} type="button">
                {wordsOf(cell)} {isOrdered && <span aria-hidden="true">{order.descending ? "↓" : "↑"}</span>}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function Cells({ row, named }: { readonly row: Row; readonly named: number }) {
  return row.map((cell, column) => {
    const key = `${column}`;
    const className = alignOf(cell);
    return column === named ? (
      <th className={className} key={key} scope="row">
        <Content cell={cell} />
      </th>
    ) : (
      <td className={className} key={key}>
        <Content cell={cell} />
      </td>
    );
  });
}

const alignOf = (cell: Json | undefined) => (cell?.type === "raw_number" ? "number" : undefined);

function Content({ cell }: { readonly cell: Json }) {
  return cell.type === "rich_text" ? <Shown blocks={[cell]} /> : wordsOf(cell);
}
