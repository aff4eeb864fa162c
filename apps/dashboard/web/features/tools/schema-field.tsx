// One field of a generated form, and the fields inside it.
import { Plus, X } from "lucide-react";
import { text } from "../../i18n/en.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { SwitchField } from "../../ui/switch-field.tsx";
import { Required, TextField } from "../../ui/text-field.tsx";
import { type Draft, type DraftObject, draftOf, type Problems } from "./form-value.ts";
import type { FieldModel, PropertyModel } from "./schema.ts";

export interface SchemaFieldProps {
  readonly field: FieldModel;
  readonly path: string;
  readonly required: boolean;
  readonly draft: Draft;
  readonly problems: Problems;
  readonly onChange: (draft: Draft) => void;
}

export function SchemaField(props: SchemaFieldProps) {
  const { field, path, required, draft, problems, onChange } = props;
  const shared = { label: field.label, help: field.help, error: problems[path], required };
  const typed = typeof draft === "string" ? draft : "";
  switch (field.kind) {
    case "text":
      return (
        <TextField
          {...shared}
          value={typed}
          onChange={onChange}
          lines={field.long ? 3 : 1}
          name={path}
          placeholder={field.format}
        />
      );
    case "number":
      return (
        <TextField
          {...shared}
          value={typed}
          onChange={onChange}
          type="number"
          step={field.integer ? "1" : "any"}
          name={path}
        />
      );
    case "json":
      return <TextField {...shared} value={typed} onChange={onChange} lines={4} mono name={path} placeholder="{ }" />;
    case "boolean":
      return <SwitchField label={field.label} help={field.help} checked={draft === true} onChange={onChange} />;
    case "choice": {
      const none = required ? [] : [{ value: "", label: text.tools.notSet }];
      const options = [
        ...none,
        ...field.options.map((option, index) => ({ value: String(index), label: option.label })),
      ];
      return <SelectField {...shared} value={typed} onChange={onChange} options={options} />;
    }
    case "object":
      return (
        <Group {...shared}>
          <PropertyFields
            properties={field.properties}
            path={path}
            draft={isDraftObject(draft) ? draft : {}}
            problems={problems}
            onChange={onChange}
          />
        </Group>
      );
    case "list":
      return (
        <Group {...shared}>
          <ListItems {...props} item={field.item} drafts={Array.isArray(draft) ? draft : []} />
        </Group>
      );
  }
}

export interface PropertyFieldsProps {
  readonly properties: readonly PropertyModel[];
  readonly path: string;
  readonly draft: DraftObject;
  readonly problems: Problems;
  readonly onChange: (draft: DraftObject) => void;
}

/** The fields of an object, in the order the server gave them. */
export function PropertyFields({ properties, path, draft, problems, onChange }: PropertyFieldsProps) {
  return properties.map(({ name, required, field }) => (
    <SchemaField
      key={name}
      field={field}
      path={path === "" ? name : `${path}.${name}`}
      required={required}
      draft={draft[name] ?? ""}
      problems={problems}
      onChange={(next) => onChange({ ...draft, [name]: next })}
    />
  ));
}

interface ListItemsProps extends SchemaFieldProps {
  readonly item: FieldModel;
  readonly drafts: readonly Draft[];
}

function ListItems({ item, drafts, path, problems, onChange }: ListItemsProps) {
  return (
    <>
      {drafts.map((draft, index) => (
        // Items have no identity of their own: their place is their name.
        <div key={index} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <SchemaField
              field={item.label === "" ? { ...item, label: text.tools.item(index + 1) } : item}
              path={`${path}.${index}`}
              required
              draft={draft}
              problems={problems}
              onChange={(next) => onChange(drafts.with(index, next))}
            />
          </div>
          <IconButton
            icon={X}
            label={text.tools.removeItem(index + 1)}
            onClick={() => onChange(drafts.toSpliced(index, 1))}
            className="mt-6.5"
          />
        </div>
      ))}
      <Button
        size="small"
        icon={Plus}
        className="self-start"
        onClick={() => onChange([...drafts, draftOf(item, item.initial)])}
      >
        {text.tools.addItem}
      </Button>
    </>
  );
}

interface GroupProps {
  readonly label: string;
  readonly help: string | undefined;
  readonly error: string | undefined;
  readonly required: boolean;
  readonly children: React.ReactNode;
}

function Group({ label, help, error, required, children }: GroupProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="text-sm font-medium">
        {label}
        {required && <Required />}
      </legend>
      {help && <p className="mt-0.5 text-[0.8125rem] text-muted wrap-anywhere">{help}</p>}
      <div className="mt-2 flex flex-col gap-4 border-l-2 border-line pl-4">{children}</div>
      {error !== undefined && <p className="mt-1.5 text-[0.8125rem] font-medium text-bad">{error}</p>}
    </fieldset>
  );
}

function isDraftObject(draft: Draft): draft is DraftObject {
  return typeof draft === "object" && !Array.isArray(draft);
}
