// Manages groups with the openai package as it comes from the registry and prints what it saw as one JSON object.
import OpenAI from 'openai';

const [baseURL, , adminAPIKey] = process.argv.slice(2);
const { organization } = new OpenAI({ baseURL, apiKey: 'gw-none', adminAPIKey, maxRetries: 0 }).admin;
const seen = {};

const made = [];
for (const name of ['one', 'two', 'three']) made.push(await organization.groups.create({ name }));
const [group] = made;
seen.made = group;
seen.renamed = (await organization.groups.update(group.id, { name: 'first' })).name;
seen.read = (await organization.groups.retrieve(group.id)).name;
seen.pages = [];
for await (const one of organization.groups.list({ limit: 1, order: 'asc' })) seen.pages.push(one.name);

const users = await organization.users.list();
const user = users.data[0].id;
seen.added = await organization.groups.users.create(group.id, { user_id: user });
seen.users = (await organization.groups.users.list(group.id)).data.map((one) => one.id === user);
seen.user = (await organization.groups.users.retrieve(user, { group_id: group.id })).user_type;

seen.roles = [];
for await (const role of organization.roles.list()) seen.roles.push(role.id);
seen.given = await organization.groups.roles.create(group.id, { role_id: 'role_reader' });
seen.has = (await organization.groups.roles.list(group.id)).data.map((role) => role.name);
seen.role = (await organization.groups.roles.retrieve('role_reader', { group_id: group.id })).assignment_sources[0].principal_id === group.id;

const projects = await organization.projects.list();
const project_id = projects.data[0].id;
seen.part = (await organization.projects.groups.create(project_id, { group_id: group.id, role: 'role_project_member' })).group_name;
seen.parts = (await organization.projects.groups.list(project_id)).data.length;
seen.inProject = (await organization.projects.groups.retrieve(group.id, { project_id })).object;
seen.givenInProject = (await organization.projects.groups.roles.create(group.id, { project_id, role_id: 'role_project_owner' })).role.resource_type;
seen.rolesInProject = (await organization.projects.groups.roles.list(group.id, { project_id })).data.map((role) => role.id).sort();
seen.projectRoles = (await organization.projects.roles.list(project_id)).data.map((role) => role.name);

seen.ended = [
  await organization.projects.groups.roles.delete('role_project_owner', { project_id, group_id: group.id }),
  await organization.projects.groups.delete(group.id, { project_id }),
  await organization.groups.roles.delete('role_reader', { group_id: group.id }),
  await organization.groups.users.delete(user, { group_id: group.id }),
  await organization.groups.delete(group.id),
].map((answer) => answer.deleted && answer.object);
seen.left = (await organization.groups.list()).data.length;

console.log(JSON.stringify(seen));
