/** The TypeScript type of what a JSON schema accepts, so that a schema and the code that writes by it cannot drift apart. */

interface Primitives {
  readonly string: string;
  readonly integer: number;
  readonly null: null;
}

type Primitive = keyof Primitives;

/** Of a schema that is declared `as const`. It knows the keywords that ours use. */
export type SchemaType<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly type: 'array'; readonly items: infer Item }
      ? readonly SchemaType<Item>[]
      : Schema extends {
            readonly type: 'object';
            readonly properties: infer Properties;
            readonly required: infer Names;
          }
        ? ObjectType<Properties, Names>
        : Schema extends { readonly type: infer Type extends Primitive }
          ? Primitives[Type]
          : Schema extends { readonly type: readonly (infer Type extends Primitive)[] }
            ? Primitives[Type]
            : never;

type ObjectType<Properties, Names> = {
  readonly [Name in Extract<keyof Properties, Member<Names>>]: SchemaType<Properties[Name]>;
} & {
  readonly [Name in Exclude<keyof Properties, Member<Names>>]?: SchemaType<Properties[Name]>;
};

type Member<Names> = Names extends readonly (infer Name)[] ? Name : never;
