/**
 * A proxy of an object in which some members are replaced. All other members are those of the
 * object, and its own methods do not see the replacements.
 *
 * Methods are bound to the object, since they cannot read private fields through a proxy; reading a
 * method twice returns the same function. `constructor` is not bound. Assignments go to the object.
 */
export function replaceMembers<Target extends object>(
  target: Target,
  members: Partial<Target>,
): Target {
  const bound = new WeakMap<object, unknown>();
  // A proxy must return the frozen members of its target unchanged, so it gets another target.
  const holder: Target = Object.isFrozen(target) ? Object.create(target) : target;
  return new Proxy(holder, {
    get(_, name) {
      if (Object.hasOwn(members, name)) return members[name as keyof Target];
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || name === 'constructor') return value;
      let method = bound.get(value);
      if (method === undefined) {
        method = value.bind(target);
        bound.set(value, method);
      }
      return method;
    },
    set: (_, name, value) => Reflect.set(target, name, value, target),
  });
}
