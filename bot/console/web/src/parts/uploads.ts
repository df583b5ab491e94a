/** Files on their way into a message. */
import { useState } from "react";
import { upload } from "../api";
import { toast } from "../state/store";

export interface Sending {
  key: number;
  name: string;
  size: number;
  id?: string;
}

export type Uploads = ReturnType<typeof useUploads>;

let count = 0;

export function useUploads() {
  const [files, setFiles] = useState<Sending[]>([]);

  const add = (chosen: Iterable<File>) => {
    for (const file of chosen) {
      const key = ++count;
      setFiles((now) => [...now, { key, name: file.name || "pasted.png", size: file.size }]);
      void upload(file).then((answer) => {
        const { id } = answer;
        if (answer.ok && id)
          setFiles((now) => now.map((each) => (each.key === key ? { ...each, id } : each)));
        else {
          setFiles((now) => now.filter((each) => each.key !== key));
          toast(answer.message ?? `${file.name} could not be uploaded.`);
        }
      });
    }
  };
  return {
    files,
    add,
    remove: (key: number) => setFiles((now) => now.filter((each) => each.key !== key)),
    clear: () => setFiles([]),
    ready: files.every((file) => file.id !== undefined),
  };
}
