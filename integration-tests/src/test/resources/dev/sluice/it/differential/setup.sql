-- What the cases find in every database they run in. They leave it as it was.
create table item (
  id int primary key,
  name text not null,
  price numeric(10, 2),
  added date default '2024-02-29',
  constraint price_is_positive check (price > 0)
);
insert into item values
  (1, 'bolt', 0.10, '2024-01-01'),
  (2, 'nut', 0.05, '2024-01-02'),
  (3, 'gear', 12.50, '2024-01-03'),
  (4, 'käse', null, '2024-01-04'),
  (5, 'belt', 7.99, '2024-01-05');

create table part (
  item int not null references item,
  part int not null references item,
  amount int not null default 1,
  primary key (item, part)
);
insert into part values (3, 1, 4), (3, 2, 4);

create table scratch (id int primary key, value text unique);
create table wide (n int, filler text);
insert into wide select n, repeat(chr(97 + n % 26), 200) from generate_series(1, 2000) n;

create type mood as enum ('sad', 'ok', 'happy');
create domain small as int check (value between 0 and 9);
create type pair as (a int, b text);
create sequence ticket start 100;
create view cheap as select id, name from item where price < 1;

create function warn(text) returns int language plpgsql as
  $$ begin raise notice 'noticed %', $1 using detail = 'a detail', hint = 'a hint'; return 1; end $$;
create function fail(text, text) returns int language plpgsql as
  $$ begin raise exception '%', $2 using errcode = $1, detail = 'some detail', hint = 'some hint',
     schema = 'a schema', table = 'a table', column = 'a column', datatype = 'a type', constraint = 'a constraint'; end $$;
create function add(int, int) returns int language sql immutable as 'select $1 + $2';
create function two_rows() returns setof int language sql as 'select 1 union all select 2';
create function guard() returns trigger language plpgsql as
  $$ begin raise notice 'guarding %', new.id; return new; end $$;
create table guarded (id int);
create trigger guard before insert on guarded for each row execute function guard();
create procedure commits(n int) language plpgsql as
  $$ begin for i in 1..n loop insert into scratch values (i, 'c' || i); commit; end loop; end $$;
create schema other;
create table other.item (id int, note text);
insert into other.item values (7, 'in the other schema');
