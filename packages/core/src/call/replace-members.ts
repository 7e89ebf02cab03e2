/**
 * The same object with some of its members replaced; every other one is its own, private fields
 * and what its methods call among themselves included.
 *
 * Methods come bound to the object, the same one each time, since they could not read private
 * fields through a proxy; a class stays the class that it is. What is set is set on the object.
 */
export function replaceMembers<Target extends object>(
  target: Target,
  members: Partial<Target>,
): Target {
  const bound = new WeakMap<object, unknown>();
  // A proxy must tell the truth of what its own object has frozen, so not of that one.
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
